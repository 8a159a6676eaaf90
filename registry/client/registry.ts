import { collect, discard, mediaTypeOf, mediaTypeWithin, nextPage, once } from "./answers";
import { type BlobSource, download, mount, upload } from "./blobs";
import type { CredentialSource } from "../../docker/credentials";
import { type BlobName, digestLike, digestOf } from "./digest";
import { type Endpoint, resolveEndpoint } from "./endpoint";
import { RegistryError } from "./errors";
import { type Manifest, acceptedManifests } from "./manifest";
import { isDigest } from "./reference";
import { type Call, type Patience, Transport, defaultPatience } from "./transport";

/** A manifest's name and kind, without its bytes. */
export type ManifestHead = Pick<Manifest, "digest" | "mediaType">;

// The distribution specification lets registries refuse manifests above 4 MiB, so larger ones are not read.
const largestManifest = 4 * 2 ** 20;
const largestDocument = 64 * 2 ** 20;

/**
 * One OCI registry (distribution specification 1.x), as Slipway needs it. Repositories are named without host and
 * without the address's own path. Every error is a {@link RegistryError} or names the registry in the same way.
 */
export class Registry {
  /** As image references begin: `${address}/${repository}@${digest}` is an image of this registry. */
  readonly address: string;
  private readonly endpoint: Endpoint;
  private readonly transport: Transport;
  /** Where blobs have been seen: what can be mounted instead of transferred. */
  private readonly seen = new Map<string, Set<string>>();

  /**
   * @param address host, port and path (`resolveEndpoint` says which are spoken to over plain HTTP)
   * @param credentials given ones, or for example `() => dockerCredentials(host)`; none: anonymous
   * @param at host and port of the near end of a tunnel, where one leads to the registry
   * @throws Error naming a malformed address
   */
  constructor(address: string, credentials?: CredentialSource, patience: Partial<Patience> = {}, at?: string) {
    this.endpoint = resolveEndpoint(address, at);
    this.address = this.endpoint.address;
    this.transport = new Transport(this.endpoint, credentials, { ...defaultPatience, ...patience });
  }

  /**
   * Makes sure that a registry answers here and takes the login.
   *
   * @param within milliseconds that it may take to come up; 0 asks once
   * @throws RegistryError naming the address where nothing answers, the answer is no registry's, or the login is
   *   wrong
   */
  async ping(within = 0): Promise<void> {
    const until = Date.now() + within;
    const call: Call = { method: "GET", to: "", access: { action: "pull" }, action: "answer", accept: [404] };
    for (;;) {
      try {
        await this.transport.once(call, async (response) => {
          await discard(response);
          if (response.status !== 404) return;
          const at = `${this.address} (${this.endpoint.origin})`;
          throw new RegistryError(`What answers at ${at} is no registry: correct the registry's address.`, {
            status: 404,
          });
        });
        return;
      } catch (error) {
        if (!(error instanceof RegistryError) || !error.transient || Date.now() >= until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** The digest and media type of a manifest, by tag or digest; undefined where the registry does not hold it. */
  async headManifest(repository: string, reference: string): Promise<ManifestHead | undefined> {
    const head = await this.transport.call(this.manifestCall("HEAD", repository, reference), async (response) => {
      await discard(response);
      if (response.status === 404) return undefined;
      const digest = response.headers.get("docker-content-digest") ?? (isDigest(reference) ? reference : "");
      return { digest, mediaType: mediaTypeOf(response) };
    });
    // The header is only recommended: where it is missing, the manifest itself is read.
    return head === undefined || (isDigest(head.digest) && head.mediaType !== "")
      ? head
      : this.findManifest(repository, reference);
  }

  /**
   * A manifest byte for byte, by tag or digest.
   *
   * @throws RegistryError (status 404) where there is none; Error where its digest differs from the wanted one
   */
  async getManifest(repository: string, reference: string): Promise<Manifest> {
    const manifest = await this.findManifest(repository, reference);
    if (manifest) return manifest;
    const name = `${this.address}/${repository}${isDigest(reference) ? "@" : ":"}${reference}`;
    throw new RegistryError(`${name} is not in its registry: correct the name, or push that image.`, { status: 404 });
  }

  /** As {@link getManifest}, with undefined where there is none. */
  findManifest(repository: string, reference: string): Promise<Manifest | undefined> {
    return this.transport.call(this.manifestCall("GET", repository, reference), async (response) => {
      if (response.status === 404) {
        await discard(response);
        return undefined;
      }
      const what = `The manifest ${reference} of ${this.address}/${repository}`;
      const bytes = await collect(response.body ?? [], largestManifest, what);
      const expected = isDigest(reference) ? reference : response.headers.get("docker-content-digest");
      if (expected !== null && isDigest(expected) && digestLike(expected, bytes) !== expected) {
        throw new Error(
          `${what} arrived with digest ${digestLike(expected, bytes)} where ${expected} was expected: look into that registry.`,
        );
      }
      return { digest: digestOf(bytes), mediaType: mediaTypeOf(response) || mediaTypeWithin(bytes), bytes };
    });
  }

  /**
   * Puts a manifest as it is, under a tag or its own digest. Its blobs have to be there.
   *
   * @returns its digest
   */
  async putManifest(repository: string, reference: string, manifest: Omit<Manifest, "digest">): Promise<string> {
    const call = this.manifestCall("PUT", repository, reference);
    const headers = { "content-type": manifest.mediaType };
    await this.transport.call({ ...call, headers, body: manifest.bytes, accept: [] }, discard);
    return digestOf(manifest.bytes);
  }

  /**
   * Deletes a manifest (by digest: with all of its tags) or a tag.
   *
   * @returns whether it was there
   * @throws RegistryError with status 405 where deletion is not enabled; 400 or 405 where tags cannot be deleted
   *   alone
   */
  deleteManifest(repository: string, reference: string): Promise<boolean> {
    return this.transport.call(this.manifestCall("DELETE", repository, reference), async (response) => {
      await discard(response);
      return response.status !== 404;
    });
  }

  /** Whether a repository holds a blob. */
  async hasBlob(repository: string, digest: string): Promise<boolean> {
    const call: Call = {
      method: "HEAD",
      to: `${this.endpoint.prefix}${repository}/blobs/${digest}`,
      access: { repository: this.endpoint.prefix + repository, action: "pull" },
      action: `look for blob ${digest} of ${repository}`,
      accept: [404],
    };
    const held = await this.transport.call(call, async (response) => {
      await discard(response);
      return response.status !== 404;
    });
    if (held) this.saw(repository, digest);
    return held;
  }

  /** A blob as a stream, checked on the way; it fails at its end where the digest (or size, where given) differs. */
  streamBlob(repository: string, blob: { digest: string; size?: number }): AsyncGenerator<Uint8Array> {
    return download(this.transport, repository, blob);
  }

  /**
   * A small blob (a configuration, a document: 64 MiB at most) in one piece.
   *
   * @throws RegistryError (status 404) where there is none; Error where its digest or size differs
   */
  readBlob(repository: string, blob: { digest: string; size?: number }): Promise<Uint8Array> {
    const what = `Blob ${blob.digest} of ${this.address}/${repository}`;
    return this.transport.again(() => collect(this.streamBlob(repository, blob), largestDocument, what));
  }

  /** Uploads a blob as a stream, checked on the way. `source` is opened again for every further try. */
  async putBlob(repository: string, blob: BlobName, source: BlobSource): Promise<void> {
    await upload(this.transport, repository, blob, source);
    this.saw(repository, blob.digest);
  }

  /** Uploads a small blob unless the registry has it. */
  async putBytes(repository: string, bytes: Uint8Array): Promise<BlobName> {
    const blob = { digest: digestOf(bytes), size: bytes.byteLength };
    if (!(await this.hasBlob(repository, blob.digest))) await this.putBlob(repository, blob, () => once(bytes));
    return blob;
  }

  /**
   * Links a blob of another repository of this registry into this one.
   *
   * @returns whether that was possible; otherwise it has to be uploaded
   */
  async mountBlob(repository: string, digest: string, from: string): Promise<boolean> {
    const mounted = await mount(this.transport, repository, digest, from);
    if (mounted) this.saw(repository, digest);
    return mounted;
  }

  /** The repositories in which this client has seen a blob. */
  holdersOf(digest: string): string[] {
    return [...(this.seen.get(digest) ?? [])];
  }

  /** All tags of a repository; none where the registry has no such repository. */
  async listTags(repository: string): Promise<string[]> {
    const tags: string[] = [];
    const first = `${this.endpoint.origin}/v2/${this.endpoint.prefix}${repository}/tags/list?n=1000`;
    for (let page: URL | undefined = new URL(first); page;) {
      const call: Call = {
        method: "GET",
        to: page,
        access: { repository: this.endpoint.prefix + repository, action: "pull" },
        action: `list the tags of ${repository}`,
        accept: [404],
      };
      page = await this.transport.call<URL | undefined>(call, async (response) => {
        if (response.status === 404) {
          await discard(response);
          return undefined;
        }
        const answer = (await response.json()) as { tags?: string[] | null };
        tags.push(...(answer.tags ?? []));
        return nextPage(response, call.to as URL);
      });
    }
    return [...new Set(tags)];
  }

  private manifestCall(method: "GET" | "HEAD" | "PUT" | "DELETE", repository: string, reference: string): Call {
    const action = { GET: "pull", HEAD: "pull", PUT: "push", DELETE: "delete" }[method] as "pull" | "push" | "delete";
    const verb = { GET: "read", HEAD: "look for", PUT: "write", DELETE: "delete" }[method];
    return {
      method,
      to: `${this.endpoint.prefix}${repository}/manifests/${reference}`,
      access: { repository: this.endpoint.prefix + repository, action },
      action: `${verb} the manifest ${reference} of ${repository}`,
      headers: { accept: acceptedManifests },
      accept: [404],
    };
  }

  private saw(repository: string, digest: string): void {
    const holders = this.seen.get(digest) ?? new Set();
    this.seen.set(digest, holders.add(repository));
  }
}

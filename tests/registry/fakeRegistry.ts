import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { type AddressInfo } from "node:net";

import { digestOf, read, refuse } from "./answers";
import { BlobStore } from "./blobStore";
import { Login, type LoginOptions } from "./login";

/** How the registry of a test behaves. */
export interface RegistryOptions {
  /** Who may log in, and how the registry asks for it; anybody where there is none. */
  login?: LoginOptions;
  /**
   * How manifests are deleted; `digest` as Docker's registry 2.8 does, `untagged` and `unlisted` (nothing that an index lists) as some
   * hosted ones do.
   */
  deletion?: "none" | "digest" | "all" | "untagged" | "unlisted";
  /** Tags a page. */
  page?: number;
  /** Whether blobs are served by redirection to another origin, as bucket-backed registries do. */
  redirect?: boolean;
}

/** Something that goes wrong for the next calls that match. */
export interface Fault {
  method: string;
  path: RegExp;
  /** For how many calls. */
  times: number;
  how: "reset" | "cut" | "corrupt" | "hang" | { status: number; headers?: Record<string, string>; body?: string };
}

interface Repository {
  manifests: Map<string, { mediaType: string; bytes: Buffer }>;
  tags: Map<string, string>;
  blobs: Set<string>;
}

/** A registry within the process of a test: the distribution API's happy and unhappy ways, nothing kept on disk. */
export class TestRegistry {
  /** Every call, as `METHOD /path`. */
  readonly calls: string[] = [];
  readonly faults: Fault[] = [];
  /** Authorization headers that reached the other origin of redirected blobs. */
  readonly leaked: string[] = [];
  readonly repositories = new Map<string, Repository>();
  private readonly store = new BlobStore();
  private readonly login: Login;
  private readonly servers: Server[] = [];
  private origins: string[] = [];

  private constructor(private readonly options: RegistryOptions) {
    this.login = new Login(options.login);
  }

  static async start(options: RegistryOptions = {}): Promise<TestRegistry> {
    const registry = new TestRegistry(options);
    for (const handle of [registry.serve, registry.serveElsewhere]) {
      const server = createServer((request, response) => {
        handle.call(registry, request, response).catch((error: unknown) => response.destroy(error as Error));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      registry.servers.push(server);
      registry.origins.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    return registry;
  }

  get address(): string {
    return (this.origins[0] ?? "").replace("http://", "");
  }

  async stop(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Makes a blob of zeros part of a repository, without holding it. */
  addZeros(repository: string, digest: string, size: number): void {
    this.store.addZeros(digest, size);
    this.repository(repository).blobs.add(digest);
  }

  /** Takes back the tokens that it handed out, as a registry does that was restarted. */
  forgetTokens(): void {
    this.login.forgetTokens();
  }

  count(pattern: RegExp): number {
    return this.calls.filter((call) => pattern.test(call)).length;
  }

  repository(name: string): Repository {
    const repository = this.repositories.get(name) ?? { manifests: new Map(), tags: new Map(), blobs: new Set() };
    this.repositories.set(name, repository);
    return repository;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origins[0]);
    this.calls.push(`${request.method} ${url.pathname}${url.search}`);
    const fault = this.faults.find(
      ({ method, path, times }) => times > 0 && method === request.method && path.test(url.pathname),
    );
    if (fault) fault.times--;
    if (fault?.how === "hang") return;
    if (fault?.how === "reset") return void request.socket.destroy();
    if (typeof fault?.how === "object") {
      request.resume();
      return void response.writeHead(fault.how.status, fault.how.headers).end(fault.how.body);
    }
    if (url.pathname === "/token") return this.login.serveToken(request, response, url);
    if (!this.login.mayPass(request, response, url)) return void request.resume();
    const [, name = "", kind = "", rest = ""] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.*)$/.exec(url.pathname) ?? [];
    if (url.pathname === "/v2/") return void response.writeHead(200).end("{}");
    if (kind === "manifests") return this.serveManifest(request, response, name, rest);
    if (kind === "tags") return this.serveTags(response, url, name);
    if (kind === "blobs" && rest.startsWith("uploads/"))
      return this.serveUpload(request, response, url, name, rest.slice(8));
    if (kind === "blobs") return this.serveBlob(request, response, name, rest, fault?.how);
    refuse(response, 404, "NAME_UNKNOWN");
  }

  private async serveManifest(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    reference: string,
  ): Promise<void> {
    if (request.method === "PUT") return this.putManifest(request, response, name, reference);
    const repository = this.repositories.get(name);
    const digest = repository?.tags.get(reference) ?? reference;
    const manifest = repository?.manifests.get(digest);
    if (request.method === "DELETE") return this.deleteManifest(response, repository, reference);
    if (!manifest) return refuse(response, 404, "MANIFEST_UNKNOWN");
    response.writeHead(200, {
      "content-type": manifest.mediaType,
      "content-length": manifest.bytes.byteLength,
      "docker-content-digest": digest,
    });
    response.end(request.method === "HEAD" ? undefined : manifest.bytes);
  }

  private async putManifest(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    reference: string,
  ): Promise<void> {
    const bytes = await read(request);
    const digest = digestOf(bytes);
    const repository = this.repository(name);
    const {
      config,
      layers = [],
      manifests = [],
    } = JSON.parse(bytes.toString()) as Record<string, { digest: string }[]>;
    const blobs = [...(config ? [config as unknown as { digest: string }] : []), ...layers];
    const complete = blobs.every((blob) => repository.blobs.has(blob.digest));
    if (!complete || !manifests.every((part) => repository.manifests.has(part.digest))) {
      return refuse(response, 400, "MANIFEST_BLOB_UNKNOWN");
    }
    if (reference.includes(":") && reference !== digest) return refuse(response, 400, "DIGEST_INVALID");
    repository.manifests.set(digest, { mediaType: request.headers["content-type"] ?? "", bytes });
    if (!reference.includes(":")) repository.tags.set(reference, digest);
    response.writeHead(201, { "docker-content-digest": digest }).end();
  }

  private deleteManifest(response: ServerResponse, repository: Repository | undefined, reference: string): void {
    const { deletion = "digest" } = this.options;
    if (deletion === "none") return refuse(response, 405, "UNSUPPORTED");
    if (!reference.includes(":")) {
      if (deletion === "digest") return refuse(response, 400, "DIGEST_INVALID");
      return void response.writeHead(repository?.tags.delete(reference) ? 202 : 404).end();
    }
    const tags = [...(repository?.tags ?? [])].filter(([, digest]) => digest === reference);
    if (deletion === "untagged" && tags.length > 0) return refuse(response, 400, "MANIFEST_TAGGED");
    const manifests = [...(repository?.manifests.values() ?? [])];
    if (deletion === "unlisted" && manifests.some(({ bytes }) => listed(bytes).includes(reference))) {
      return refuse(response, 409, "DENIED");
    }
    for (const [tag] of tags) repository?.tags.delete(tag);
    if (!repository?.manifests.delete(reference)) return refuse(response, 404, "MANIFEST_UNKNOWN");
    response.writeHead(202).end();
  }

  private serveTags(response: ServerResponse, url: URL, name: string): void {
    const repository = this.repositories.get(name);
    if (!repository) return refuse(response, 404, "NAME_UNKNOWN");
    const all = [...repository.tags.keys()].sort();
    const last = url.searchParams.get("last");
    const rest = last === null ? all : all.filter((tag) => tag > last);
    const page = rest.slice(0, this.options.page ?? rest.length);
    const next = `</v2/${name}/tags/list?n=${page.length}&last=${page.at(-1) ?? ""}>; rel="next"`;
    response.writeHead(200, {
      "content-type": "application/json",
      ...(page.length < rest.length ? { link: next } : {}),
    });
    response.end(JSON.stringify({ name, tags: page.length > 0 ? page : null }));
  }

  private async serveUpload(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    name: string,
    id: string,
  ): Promise<void> {
    if (request.method === "POST") {
      const [mount, from] = [url.searchParams.get("mount"), url.searchParams.get("from")];
      if (mount !== null && this.repositories.get(from ?? "")?.blobs.has(mount)) {
        this.repository(name).blobs.add(mount);
        return void response.writeHead(201).end();
      }
      return void response
        .writeHead(202, { location: `/v2/${name}/blobs/uploads/${this.store.begin()}?state=1` })
        .end();
    }
    if (!(await this.store.fill(id, request))) return refuse(response, 404, "BLOB_UPLOAD_UNKNOWN");
    if (request.method === "PATCH") {
      return void response.writeHead(202, { location: `/v2/${name}/blobs/uploads/${id}?state=2` }).end();
    }
    const digest = this.store.commit(id, url.searchParams.get("digest"));
    if (digest === undefined) return refuse(response, 400, "DIGEST_INVALID");
    this.repository(name).blobs.add(digest);
    response.writeHead(201).end();
  }

  private async serveBlob(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    digest: string,
    how: Fault["how"] | undefined,
  ): Promise<void> {
    if (!this.repositories.get(name)?.blobs.has(digest)) return refuse(response, 404, "BLOB_UNKNOWN");
    if (request.method === "GET" && this.options.redirect) {
      return void response.writeHead(307, { location: `${this.origins[1] ?? ""}/${digest}` }).end();
    }
    await this.store.send(request, response, digest, how);
  }

  private async serveElsewhere(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== undefined) this.leaked.push(request.headers.authorization);
    await this.store.send(request, response, (request.url ?? "").slice(1));
  }
}

/** The digests of the manifests that an index lists. */
function listed(bytes: Buffer): string[] {
  const { manifests = [] } = JSON.parse(bytes.toString()) as { manifests?: { digest: string }[] };
  return manifests.map(({ digest }) => digest);
}

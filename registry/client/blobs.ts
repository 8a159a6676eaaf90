import { discard } from "./answers";
import { type Access } from "./auth";
import { type BlobName, verified } from "./digest";
import { RegistryError } from "./errors";
import { type Call, Deadline, type Transport } from "./transport";

/** Opens a blob's content from its beginning; called once more for every further try of an upload. */
export type BlobSource = () => AsyncIterable<Uint8Array>;

const uploaded = { "content-type": "application/octet-stream" };

/** Reads a blob piece by piece and checks it on the way: the stream fails at its end where the digest differs. */
export async function* download(
  transport: Transport,
  repository: string,
  blob: { digest: string; size?: number },
): AsyncGenerator<Uint8Array> {
  const deadline = new Deadline(transport.patience.answer);
  const call: Call = {
    method: "GET",
    to: `${transport.endpoint.prefix}${repository}/blobs/${blob.digest}`,
    access: { repository: transport.endpoint.prefix + repository, action: "pull" },
    action: `read blob ${blob.digest} of ${repository}`,
  };
  try {
    const response = await transport.again(() => transport.open(call, deadline));
    const arriving = watched(response.body ?? [], deadline, (error) => transport.broken(call, error));
    yield* verified(arriving, blob, `Registry ${transport.endpoint.address}`);
  } finally {
    deadline.end();
  }
}

/**
 * Uploads a blob as `docker push` does, because every registry takes that: an upload is begun, the content goes over in
 * one stream, and the digest commits it. A failed try leaves nothing that could be pulled.
 */
export async function upload(
  transport: Transport,
  repository: string,
  blob: BlobName,
  source: BlobSource,
): Promise<void> {
  const { prefix } = transport.endpoint;
  const access: Access = { repository: prefix + repository, action: "push" };
  const action = `upload blob ${blob.digest} to ${repository}`;
  await transport.again(async () => {
    const begun = await transport.once(
      { method: "POST", to: `${prefix}${repository}/blobs/uploads/`, access, action },
      (response) => placeOf(transport, response, action),
    );
    const filled = await fill(transport, { method: "PATCH", to: begun, access, action }, blob, source);
    filled.searchParams.set("digest", blob.digest);
    const commit: Call = { method: "PUT", to: filled, access, action, patience: transport.patience.commit };
    await transport.once({ ...commit, headers: uploaded }, discard);
  });
}

/**
 * Makes a blob of one repository part of another in the same registry, without a transfer.
 *
 * @returns whether the registry did so; where not (no such blob, no right to read it) it has to be uploaded
 */
export async function mount(transport: Transport, repository: string, digest: string, from: string): Promise<boolean> {
  const { prefix } = transport.endpoint;
  const query = new URLSearchParams({ mount: digest, from: prefix + from });
  const call: Call = {
    method: "POST",
    to: `${prefix}${repository}/blobs/uploads/?${query.toString()}`,
    access: { repository: prefix + repository, action: "push", from: prefix + from },
    action: `take blob ${digest} of ${from} into ${repository}`,
  };
  try {
    return await transport.call(call, async (response) => {
      await discard(response);
      return response.status === 201;
    });
  } catch (error) {
    // Some registries refuse where they might have begun an upload; the upload itself will tell what is wrong.
    if (error instanceof RegistryError && error.status !== undefined && error.status < 500) return false;
    throw error;
  }
}

/** Sends the content; resolves to the address at which the registry wants the upload committed. */
async function fill(transport: Transport, call: Call, blob: BlobName, source: BlobSource): Promise<URL> {
  const deadline = new Deadline(transport.patience.answer);
  let failure: unknown;
  const body = sending(verified(source(), blob, "Its source"), deadline, (error) => (failure = error));
  try {
    const headers = { ...uploaded, "content-length": String(blob.size) };
    const response = await transport.open({ ...call, headers, body }, deadline);
    return await placeOf(transport, response, call.action);
  } catch (error) {
    // The failure of the stream is the cause of the broken upload, and says more.
    throw failure ?? error;
  } finally {
    deadline.end();
  }
}

/** Passes on chunks; the deadline runs only while the other side is waited for. */
async function* watched(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  deadline: Deadline,
  explain: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    deadline.wind();
    for await (const chunk of chunks) {
      deadline.rest();
      yield chunk;
      deadline.wind();
    }
  } catch (error) {
    throw explain(error);
  } finally {
    deadline.rest();
  }
}

/** Hands chunks to the connection; the deadline runs only while the connection takes them. */
async function* sending(
  chunks: AsyncIterable<Uint8Array>,
  deadline: Deadline,
  failed: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  deadline.rest();
  try {
    for await (const chunk of chunks) {
      deadline.wind();
      yield chunk;
      deadline.rest();
    }
  } catch (error) {
    failed(error);
    throw error;
  } finally {
    deadline.wind();
  }
}

async function placeOf(transport: Transport, response: Response, action: string): Promise<URL> {
  await discard(response);
  const location = response.headers.get("location");
  if (location === null) {
    throw new RegistryError(
      `Registry ${transport.endpoint.address} could not ${action}: it named no place to upload to.`,
    );
  }
  return new URL(location, response.url || transport.endpoint.origin);
}

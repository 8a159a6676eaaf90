import { createHash } from "node:crypto";

/** A blob as a manifest names it: enough to check every byte of it. */
export interface BlobName {
  /** `sha256:…` */
  digest: string;
  /** Size in bytes. */
  size: number;
}

/** The sha256 digest of `bytes`, in the form `sha256:<hex>`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The digest of `bytes` by the algorithm of `like` (sha256 or sha512), to compare with `like`. */
export function digestLike(like: string, bytes: Uint8Array): string {
  const algorithm = like.slice(0, like.indexOf(":"));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/**
 * Passes a stream on while checking its digest (and size, where known). The last chunk is held back until everything is
 * checked, so a wrong blob never looks complete to its receiver.
 *
 * @param from the sender of the stream, for the error
 * @throws Error at the end of a stream with another digest or size
 */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  expected: { digest: string; size?: number },
  from: string,
): AsyncGenerator<Uint8Array> {
  const algorithm = expected.digest.slice(0, expected.digest.indexOf(":"));
  const hash = createHash(algorithm);
  let size = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.byteLength;
    if (expected.size !== undefined && size > expected.size) throw wrongSize(expected, size, from);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (expected.size !== undefined && size !== expected.size) throw wrongSize(expected, size, from);
  const digest = `${algorithm}:${hash.digest("hex")}`;
  if (digest !== expected.digest) {
    throw new Error(
      `${from} delivered a blob with digest ${digest} where ${expected.digest} was asked for: push that image again.`,
    );
  }
  if (held !== undefined) yield held;
}

function wrongSize(expected: { digest: string; size?: number }, size: number, from: string): Error {
  return new Error(
    `${from} delivered ${size} bytes or more of blob ${expected.digest}, which has ${expected.size}: push that image again.`,
  );
}

/** Reads an answer's body to its end and drops it, so that its connection serves the next call. */
export async function discard(response: Response): Promise<void> {
  await response.arrayBuffer();
}

/** Reads a stream into one piece, refusing one that is larger than `most` bytes. */
export async function collect(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most: number,
  what: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > most) throw new Error(`${what} is larger than the ${most / 2 ** 20} MiB that Slipway reads.`);
    parts.push(chunk);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** A piece of memory as a stream of one chunk, or of none. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

/** The media type that an answer states, without parameters; empty where it states none, or one without meaning. */
export function mediaTypeOf(response: Response): string {
  const type = (response.headers.get("content-type") ?? "").replace(/;.*$/, "").trim();
  return type === "application/json" || type === "application/octet-stream" ? "" : type;
}

/** The media type in a manifest itself, for registries that do not state it; empty where there is none. */
export function mediaTypeWithin(bytes: Uint8Array): string {
  try {
    return String((JSON.parse(new TextDecoder().decode(bytes)) as { mediaType?: unknown }).mediaType ?? "");
  } catch {
    return "";
  }
}

/**
 * The address of a list's next page, from its `Link` header (RFC 8288); undefined at the end, and for a page that
 * points at itself.
 */
export function nextPage(response: Response, page: URL): URL | undefined {
  const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
  if (link === undefined) return undefined;
  const next = new URL(link, page);
  return next.href === page.href ? undefined : next;
}

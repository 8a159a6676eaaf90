import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract, pack, type Header, type Pack } from "tar-stream";
import { BoundsError, type Bounds } from "./bounds";
import { bundleFolder, completeName, contentName } from "./bundles";
import { SurveyError, unreadable, type Entry, type Survey } from "./survey";

/** The source of a bundle's layer. */
export interface TarSource {
  found: Survey;
  key: string;
  /** The mode of all files, in octal; undefined: by whether a file may be executed. */
  mode?: string;
  /** The place from which an entry is read. */
  absolute: (path: string) => string;
  /** What that place has to lie in. */
  bounds: Bounds;
  /** The time of all entries. */
  at: Date;
}

/**
 * A bundle's layer, as a stream: an archive with the content, readable for every user of a container and writable for
 * none, owned by root. Memory holds only a piece of one file.
 *
 * @param onFile gets the digest of each file that was read
 * @throws SurveyError naming a file that changed while it was read
 */
export async function* tarOf(
  { found, key, mode, absolute, bounds, at }: TarSource,
  onFile: (path: string, hash: string) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const top = bundleFolder.slice(1);
  const write = async (): Promise<void> => {
    await header(archive, { name: top, type: "directory", mode: 0o755, mtime: at });
    if (found.isFolder) {
      await header(archive, { name: posix.join(top, contentName), type: "directory", mode: 0o755, mtime: at });
    }
    for (const entry of found.entries) {
      const name = posix.join(top, contentName, entry.path);
      if (entry.kind === "folder") await header(archive, { name, type: "directory", mode: 0o755, mtime: at });
      else if (entry.kind === "link") {
        await header(archive, { name, type: "symlink", linkname: entry.to, mode: 0o777, mtime: at });
      } else {
        const bits = mode === undefined ? (entry.executable ? 0o555 : 0o444) : parseInt(mode, 8);
        onFile(entry.path, await file(archive, { name, mode: bits, mtime: at }, entry, bounds, absolute(entry.path)));
      }
    }
    await header(archive, { name: posix.join(top, completeName), type: "file", mode: 0o444, mtime: at }, key);
    archive.finalize();
  };
  let failure: Error | undefined;
  const writing = write().catch((error: Error) => {
    failure = error;
    archive.destroy(error);
  });
  try {
    yield* archive as AsyncIterable<Uint8Array>;
  } catch (error) {
    // The archive's own error about a file that is cut short does not name it.
    await writing;
    throw failure ?? error;
  } finally {
    archive.destroy();
    await writing;
  }
}

/** The library fills in missing fields; its types do not say so. */
type Headers = Partial<Header> & { name: string };

function header(archive: Pack, headers: Headers, content?: string): Promise<void> {
  return new Promise((done, fail) => {
    const ended = (error?: Error | null): void => (error ? fail(error) : done());
    if (content === undefined) archive.entry(headers as Header, ended);
    else archive.entry(headers as Header, content, ended);
  });
}

async function file(
  archive: Pack,
  headers: Headers,
  { path, size }: Entry,
  bounds: Bounds,
  from: string,
): Promise<string> {
  const hash = createHash("sha256");
  const changed = (): SurveyError =>
    new SurveyError(`${from} changed while it was read: run the command again once nothing writes to it any more.`);
  let read = 0;
  let handle: number;
  try {
    const opened = bounds.open(from, from);
    if (!opened) throw changed();
    handle = opened.handle;
  } catch (error) {
    if (error instanceof SurveyError || error instanceof BoundsError) throw error;
    throw unreadable(path === "" ? from : path, error);
  }
  const sink = archive.entry({ ...headers, type: "file", size } as Header);
  try {
    await pipeline(
      createReadStream(from, { fd: handle, highWaterMark: 1 << 20 }),
      (pieces) => counted(pieces, hash, size, changed, (n) => (read += n)),
      sink,
    );
  } catch (error) {
    if (error instanceof SurveyError) throw error;
    if (read !== size) throw changed();
    throw unreadable(path === "" ? from : path, error);
  }
  if (read !== size) throw changed();
  return hash.digest("hex");
}

async function* counted(
  pieces: AsyncIterable<Buffer>,
  hash: Hash,
  size: number,
  changed: () => Error,
  add: (bytes: number) => number,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    if (add(piece.length) > size) throw changed();
    hash.update(piece);
    yield piece;
  }
}

/**
 * The files in a bundle's layer, each as a whole. It is for the files that describe an application, which are small
 * beside data.
 *
 * @returns path → content
 */
export async function filesIn(layer: AsyncIterable<Uint8Array>): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  const top = `${bundleFolder.slice(1)}/${contentName}/`;
  const archive = extract();
  const reading = pipeline(layer, archive as unknown as NodeJS.WritableStream);
  for await (const entry of archive) {
    const pieces: Uint8Array[] = [];
    for await (const piece of entry) pieces.push(piece as Uint8Array);
    const { name, type } = entry.header;
    if (type === "file" && name.startsWith(top)) files[name.slice(top.length)] = Buffer.concat(pieces);
  }
  await reading;
  return files;
}

import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  createReadStream,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import type { Pack } from "tar-stream";
import { Bounds } from "./bounds";
import { isRemote } from "../compose/index";
import type { Builder } from "./builder";
import { checkPlaces } from "./buildPlaces";
import { dockerfileInside, ignoreFileOf, listContext, type ContextFile } from "./context";
import type { BuildOptions } from "./images";
import type { OwnPlaces } from "./ownPlaces";

/** Where `docker build` reads from. */
export interface BuildPlaces {
  /** The Dockerfile; `-`: standard input. */
  file: string;
  /** The context; `-`: a tar archive on standard input. */
  context: string;
  additionalContexts: Record<string, string>;
}

/** A context that is ready for a builder. */
export interface PreparedContext {
  places: BuildPlaces;
  /** The content for standard input. */
  input?: string | Readable;
  /** Removes the files that were made for it. */
  remove: () => void;
}

/** The places in a compose file. */
export function placesOf(build: BuildOptions): BuildPlaces {
  const dockerfile = build.dockerfile ?? "Dockerfile";
  // In a repository the builder looks for it there.
  const written = isRemote(build.context) ? dockerfile : resolve(build.context, dockerfile);
  return {
    file: build.inline === undefined ? written : "-",
    context: build.context,
    additionalContexts: build.additionalContexts,
  };
}

/**
 * Prepares a builder's input: exactly the files that the image's tag was made of, and none of Slipway's own.
 *
 * The classic builder takes an archive, which here is made of those very files; its client would also pack a folder.
 * BuildKit reads folders by itself, and only the files that it needs. A folder that may hold files of Slipway's own
 * gets an ignore file against them, beside a copy of the Dockerfile. The user's files stay as they are.
 *
 * @param root the project's folder, absolute
 * @throws BoundsError where a part of it lies outside of the project's git work tree
 */
export async function prepareContext(
  build: BuildOptions,
  builder: Builder,
  own: OwnPlaces,
  root = process.cwd(),
): Promise<PreparedContext> {
  const bounds = Bounds.around(root);
  checkPlaces(build, builder, root, bounds);
  if (isRemote(build.context)) return { places: placesOf(build), input: build.inline, remove: () => undefined };
  return builder === "classic" ? archived(build, own, root, bounds) : forBuildKit(build, own, root);
}

async function archived(build: BuildOptions, own: OwnPlaces, root: string, bounds: Bounds): Promise<PreparedContext> {
  const { pack } = await import("tar-stream");
  const directory = resolve(root, build.context);
  const dockerfile = build.dockerfile === undefined ? undefined : resolve(directory, build.dockerfile);
  const files = listContext(directory, dockerfile, { builder: "classic", isOwn: (path) => own.isOwn(path) });
  const inside = dockerfileInside(directory, dockerfile);
  const outside = inside === undefined ? (build.inline ?? textOf(bounds, dockerfile ?? "")) : undefined;
  const file =
    inside ??
    `.dockerfile.${createHash("sha256")
      .update(outside ?? "")
      .digest("hex")
      .slice(0, 20)}`;
  const archive = pack();
  archive.on("error", () => undefined); // Told by what reads it.
  const elsewhere = outside === undefined ? undefined : { name: file, text: outside };
  const filled = fill(archive, directory, files, bounds, elsewhere);
  filled.then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return {
    places: { file, context: "-", additionalContexts: build.additionalContexts },
    input: Readable.from(read(archive, filled)),
    remove: () => archive.destroy(),
  };
}

/** The archive's bytes. Where it breaks off, the function that filled it knows the cause. */
async function* read(archive: Pack, filled: Promise<void>): AsyncGenerator<unknown> {
  try {
    yield* archive;
  } catch (error) {
    await filled;
    throw error;
  }
}

/**
 * Packs the files of a context. As with Docker's own client, a Dockerfile from outside goes along under a name that the
 * context's ignore file leaves out. Here the name depends on its text alone, so that an unchanged image stays as it is.
 */
async function fill(
  archive: Pack,
  directory: string,
  files: ContextFile[],
  bounds: Bounds,
  dockerfile: { name: string; text: string } | undefined,
): Promise<void> {
  const rules = ".dockerignore";
  for (const file of files) {
    if (dockerfile && file.path === rules) continue;
    await add(archive, directory, file, bounds).catch((error: unknown) => {
      throw new Error(
        `${join(directory, file.path)} changed while it was sent (${(error as Error).message}): run the command again.`,
      );
    });
  }
  if (!dockerfile) return;
  const has = files.some(({ path, kind }) => path === rules && kind === "file");
  const known = has ? textOf(bounds, join(directory, rules)) : rules;
  archive.entry({ name: rules, mode: 0o644 }, `${known}\n${dockerfile.name}\n`);
  archive.entry({ name: dockerfile.name, mode: 0o644 }, dockerfile.text);
}

async function add(archive: Pack, directory: string, { path, kind }: ContextFile, bounds: Bounds): Promise<void> {
  const place = join(directory, path);
  const { mode, mtime } = lstatSync(place);
  const header = { name: path, mode: mode & 0o7777, mtime };
  if (kind === "directory") archive.entry({ ...header, type: "directory" });
  else if (kind === "pipe") archive.entry({ ...header, type: "fifo" });
  else if (kind === "link") archive.entry({ ...header, type: "symlink", linkname: readlinkSync(place) });
  else {
    const opened = bounds.open(place, place);
    if (!opened) throw new Error("it is no file any more");
    const { size } = opened.stats;
    if (size === 0) {
      closeSync(opened.handle);
      archive.entry(header, "");
      return;
    }
    await new Promise<void>((done, fail) => {
      const entry = archive.entry({ ...header, size }, (error) => (error ? fail(error) : done()));
      entry.on("error", fail);
      // The archive has no room for bytes that a file gains meanwhile.
      createReadStream(place, { fd: opened.handle, start: 0, end: size - 1 })
        .on("error", (error) => entry.destroy(error))
        .pipe(entry);
    });
  }
}

/** The text of a file that must be there. */
function textOf(bounds: Bounds, path: string): string {
  const opened = bounds.open(path, path);
  if (!opened) throw new Error(`${path} is not there any more: run the command again.`);
  try {
    return readFileSync(opened.handle, "utf8");
  } finally {
    closeSync(opened.handle);
  }
}

function forBuildKit(build: BuildOptions, own: OwnPlaces, root: string): PreparedContext {
  const directory = resolve(root, build.context);
  const lines = own.ignoreLines(realpathSync(directory));
  const further = Object.entries(build.additionalContexts).filter(
    ([, place]) => !isRemote(place) && own.ignoreLines(realpathSync(resolve(root, place))).length > 0,
  );
  const places = placesOf(build);
  if (lines.length === 0 && further.length === 0) return { places, input: build.inline, remove: () => undefined };
  const made = mkdtempSync(join(tmpdir(), "slipway-build-"));
  const remove = (): void => rmSync(made, { recursive: true, force: true });
  try {
    const additionalContexts = further.map(([name, place], index) => {
      const copy = join(made, `context-${index}`);
      copyContext(resolve(root, place), copy, own);
      return [name, copy] as const;
    });
    const all = { ...places.additionalContexts, ...Object.fromEntries(additionalContexts) };
    if (lines.length === 0) return { places: { ...places, additionalContexts: all }, input: build.inline, remove };
    const dockerfile = build.dockerfile === undefined ? undefined : resolve(directory, build.dockerfile);
    const file = join(made, basename(dockerfile ?? "Dockerfile"));
    writeFileSync(file, dockerfile === undefined ? (build.inline ?? "") : readFileSync(dockerfile));
    const rules = ignoreFileOf(directory, dockerfile, "buildkit");
    const text = rules === undefined ? "" : readFileSync(rules, "utf8");
    writeFileSync(`${file}.dockerignore`, `${text}\n${lines.join("\n")}\n`);
    return { places: { file, context: build.context, additionalContexts: all }, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * A folder with the parts of a context that a builder may have; files are hard links where the file system allows that.
 */
function copyContext(from: string, to: string, own: OwnPlaces): void {
  mkdirSync(to);
  const files = listContext(from, undefined, { builder: "buildkit", isOwn: (path) => own.isOwn(path) });
  for (const { path, kind } of files) {
    const [source, target] = [join(from, path), join(to, path)];
    mkdirSync(kind === "directory" ? target : dirname(target), { recursive: true });
    if (kind === "link") symlinkSync(readlinkSync(source), target);
    if (kind === "file") linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  type Dirent,
} from "node:fs";
import { join, posix } from "node:path";
import { insideOf } from "./bounds";
import type { Builder } from "./builder";
import { ignoreLine, IgnoreLineError, IgnoreRules, pathsTo, type Verdicts } from "./ignoreFile";

/** One file of a build context. */
export interface ContextFile {
  /** Its path inside the context, with forward slashes. */
  path: string;
  kind: "file" | "link" | "directory" | "pipe";
  executable: boolean;
  /** Its permissions in octal, where they differ from those of a checkout, such as `600`. */
  mode?: string;
}

/** The other conditions for reading a context, besides its files. */
export interface ContextReading {
  builder: Builder;
  /** Whether a path, absolute and without links, is Slipway's own, which goes to no builder. */
  isOwn: (path: string) => boolean;
}

/** A build context cannot be read; the message names it. */
export class ContextError extends Error {}

const common: ContextReading = { builder: "buildkit", isOwn: () => false };

/**
 * Lists the files that a builder gets of a context: all except those that its ignore file leaves out, and Slipway's
 * own. The Dockerfile and the ignore file count even where they are left out themselves, because the image depends on
 * them.
 *
 * @param directory the context, absolute
 * @param dockerfile the Dockerfile, absolute; undefined where it is written in the compose file
 * @returns its files in a stable order
 * @throws ContextError when the context is no folder, or its ignore file cannot be read
 */
export function listContext(directory: string, dockerfile?: string, reading: ContextReading = common): ContextFile[] {
  const context = open(directory, dockerfile, reading);
  const files: ContextFile[] = [];
  const walk = (folder: string, inFolder?: Verdicts): void => {
    for (const entry of entriesOf(join(directory, folder))) {
      const path = posix.join(folder, entry.name);
      const { ignored, verdicts } = context.rules.judge(path, inFolder);
      if (context.isOwn(path)) continue;
      const kind = kindOf(entry);
      if (kind && (!ignored || context.always.has(path))) files.push(described(directory, path, kind));
      if (kind === "directory" && (!ignored || context.enters(path))) walk(path, verdicts);
    }
  };
  walk("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Makes a question: would a builder get a file of this context, if the file existed?
 *
 * @param directory the context, absolute
 * @param dockerfile as for {@link listContext}
 * @returns a function that takes a path inside the context, with forward slashes
 */
export function sentOf(directory: string, dockerfile?: string, reading: ContextReading = common) {
  const context = open(directory, dockerfile, reading);
  return (path: string): boolean => {
    if (context.always.has(path)) return true;
    let verdicts: Verdicts | undefined;
    let ignored = false;
    for (const place of pathsTo(path)) {
      if (context.isOwn(place) || (ignored && !context.enters(posix.dirname(place)))) return false;
      ({ ignored, verdicts } = context.rules.judge(place, verdicts));
    }
    return !ignored;
  };
}

/**
 * The file with a builder's rules for a context. For BuildKit `<Dockerfile>.dockerignore` goes before `.dockerignore`;
 * the classic builder knows only the latter. (https://docs.docker.com/build/concepts/context/#dockerignore-files)
 *
 * @returns its absolute path; undefined where there is none
 */
export function ignoreFileOf(directory: string, dockerfile: string | undefined, builder: Builder): string | undefined {
  const own = builder === "buildkit" && dockerfile !== undefined ? `${dockerfile}.dockerignore` : undefined;
  return [own, join(directory, ".dockerignore")].find((candidate) => candidate !== undefined && existsSync(candidate));
}

/**
 * The Dockerfile as a path inside a context; its links are followed, as Docker does.
 *
 * @returns undefined where it lies outside, or does not exist
 */
export function dockerfileInside(directory: string, dockerfile: string | undefined): string | undefined {
  if (dockerfile === undefined || !existsSync(dockerfile)) return undefined;
  return insideOf(realpathSync(directory), realpathSync(dockerfile));
}

/**
 * A digest of a build context's content. Times, owners and the place of the folder do not count, so the same files give
 * the same digest on every machine.
 *
 * @param directory the context, absolute
 * @param files the files that count, from {@link listContext}
 * @param dockerfile the Dockerfile, absolute, which may lie outside of the context
 * @returns a SHA-256 digest in hexadecimal
 */
export function hashContext(directory: string, files: ContextFile[], dockerfile?: string): string {
  const hash = createHash("sha256");
  for (const { path, kind, executable, mode } of files) {
    const content =
      kind === "file" ? hashFile(join(directory, path)) : kind === "link" ? readlinkSync(join(directory, path)) : "";
    hash.update(`${kind}\0${path}\0${executable}\0${content}\0${mode === undefined ? "" : `mode ${mode}\0`}`);
  }
  if (dockerfile) {
    hash.update(`dockerfile\0${hashFile(dockerfile)}\0`);
  }
  return hash.digest("hex");
}

/** A context with its rules. */
interface Context {
  rules: IgnoreRules;
  /** Files that count although the rules leave them out. */
  always: Set<string>;
  /** Whether the builder looks into a folder that is ignored. */
  enters: (folder: string) => boolean;
  isOwn: (path: string) => boolean;
}

function open(directory: string, dockerfile: string | undefined, { builder, isOwn }: ContextReading): Context {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new ContextError(
      `The build context ${directory} is not a folder: name the folder that holds the Dockerfile.`,
    );
  }
  const real = realpathSync(directory);
  const inside = dockerfileInside(directory, dockerfile);
  const read = readRules(ignoreFileOf(directory, dockerfile, builder));
  const needed = [".dockerignore", ...(inside === undefined ? [] : [inside])];
  // The classic builder takes both files out of the rules, and so looks for them in folders that are left out.
  const rules = builder === "classic" ? read.and(exceptions(needed.filter((path) => read.ignores(path)))) : read;
  return {
    rules,
    always: new Set(needed),
    enters: (folder) => (builder === "classic" ? rules.classicEnters(folder) : rules.hasExceptions),
    isOwn: (path) => isOwn(join(real, path)),
  };
}

function exceptions(paths: string[]): string[] {
  return paths.map((path) => `!${ignoreLine(path)}`);
}

function readRules(file: string | undefined): IgnoreRules {
  try {
    return IgnoreRules.read(file === undefined ? "" : readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof IgnoreLineError) throw new ContextError(`${file}:${error.line}: ${error.message}.`);
    throw new ContextError(`The ignore file ${file} cannot be read (${(error as Error).message}): make it a file.`);
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new ContextError(
      `The folder ${folder} of a build context cannot be read (${(error as Error).message}): let it be read, or leave it out in .dockerignore.`,
    );
  }
}

/** Sockets and devices are not sent. */
function kindOf(entry: Dirent): ContextFile["kind"] | undefined {
  if (entry.isFile()) return "file";
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "directory";
  return entry.isFIFO() ? "pipe" : undefined;
}

/** The usual permissions of files and folders, which tell only whether a file may be executed. */
const usual = new Set([0o644, 0o664, 0o755, 0o775]);

function described(directory: string, path: string, kind: ContextFile["kind"]): ContextFile {
  if (kind === "link") return { path, kind, executable: false };
  const permissions = permissionsOf(join(directory, path));
  const isExecutable = (permissions & 0o111) !== 0;
  const mode =
    usual.has(permissions) && (kind !== "directory" || isExecutable) ? {} : { mode: permissions.toString(8) };
  return { path, kind, executable: kind === "file" && isExecutable, ...mode };
}

function permissionsOf(path: string): number {
  try {
    return lstatSync(path).mode & 0o7777;
  } catch (error) {
    const reason = path.includes("\uFFFD") ? "its name is not in UTF-8" : (error as Error).message;
    throw new ContextError(
      `The file ${path} of a build context cannot be read (${reason}): mend that, or leave it out in .dockerignore.`,
    );
  }
}

/** Reads in pieces, because a file may be larger than memory. */
function hashFile(path: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const file = openForReading(path);
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

function openForReading(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw new ContextError(
      `The file ${path} of a build context cannot be read (${(error as Error).message}): let it be read, or leave it out in .dockerignore.`,
    );
  }
}

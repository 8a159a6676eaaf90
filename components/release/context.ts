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
  statSync,
} from "node:fs";
import { join, posix, relative, sep } from "node:path";
import dockerignore from "@balena/dockerignore";

/** One file of a build context. */
export interface ContextFile {
  /** Its path inside the context, with forward slashes. */
  path: string;
  kind: "file" | "link" | "directory";
  executable: boolean;
}

/** A build context cannot be read; the message names it. */
export class ContextError extends Error {}

/**
 * Lists what `docker build` would send of a context: everything but what its ignore file leaves out. As with Docker,
 * `<Dockerfile>.dockerignore` beside the Dockerfile goes before `.dockerignore` in the context, and the Dockerfile and
 * the ignore file count even when they are left out themselves.
 * (https://docs.docker.com/build/concepts/context/#dockerignore-files)
 *
 * @param directory the context, absolute
 * @param dockerfile the Dockerfile, absolute; undefined where it is written in the compose file
 * @returns its files in a stable order
 * @throws ContextError when the context is no folder
 */
export function listContext(directory: string, dockerfile?: string): ContextFile[] {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new ContextError(
      `The build context ${directory} is not a folder: name the folder that holds the Dockerfile.`,
    );
  }
  const rules = ignoreRules(directory, dockerfile);
  const filter = filterOf(rules);
  const keepsSomeAnyway = rules.some((rule) => rule.startsWith("!"));
  const always = new Set([".dockerignore", dockerfile && relative(directory, dockerfile)]);
  const files: ContextFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(directory, folder), { withFileTypes: true })) {
      const path = posix.join(folder.split(sep).join(posix.sep), entry.name);
      const ignored = filter.ignores(path) && !always.has(path);
      if (entry.isDirectory()) {
        if (!ignored) {
          files.push({ path, kind: "directory", executable: false });
        }
        if (!ignored || keepsSomeAnyway) {
          walk(path);
        }
      } else if (!ignored && (entry.isFile() || entry.isSymbolicLink())) {
        const executable = entry.isFile() && (lstatSync(join(directory, path)).mode & 0o111) !== 0;
        files.push({ path, kind: entry.isFile() ? "file" : "link", executable });
      }
    }
  };
  walk("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Whether `docker build` would send a file, were it there.
 *
 * @param directory the context, absolute
 * @param file the file, absolute
 * @param dockerfile as for {@link listContext}
 */
export function wouldSend(directory: string, file: string, dockerfile?: string): boolean {
  const path = relative(directory, file).split(sep).join(posix.sep);
  return !path.startsWith("../") && !filterOf(ignoreRules(directory, dockerfile)).ignores(path);
}

/**
 * A digest of a build context's content. It knows nothing of times, owners or the place of the folder, so that the same
 * files give the same digest on every machine.
 *
 * @param directory the context, absolute
 * @param files what of it counts, as {@link listContext} gives it
 * @param dockerfile the Dockerfile, absolute, which may lie outside of the context
 * @returns a SHA-256 digest in hexadecimal
 */
export function hashContext(directory: string, files: ContextFile[], dockerfile?: string): string {
  const hash = createHash("sha256");
  for (const { path, kind, executable } of files) {
    const content =
      kind === "file" ? hashFile(join(directory, path)) : kind === "link" ? readlinkSync(join(directory, path)) : "";
    hash.update(`${kind}\0${path}\0${executable}\0${content}\0`);
  }
  if (dockerfile) {
    hash.update(`dockerfile\0${hashFile(dockerfile)}\0`);
  }
  return hash.digest("hex");
}

function filterOf(rules: string[]) {
  return dockerignore({ ignorecase: false }).add(rules);
}

function ignoreRules(directory: string, dockerfile: string | undefined): string[] {
  const file = [dockerfile && `${dockerfile}.dockerignore`, join(directory, ".dockerignore")].find(
    (candidate) => candidate && existsSync(candidate),
  );
  return file ? readFileSync(file, "utf8").split(/\r?\n/) : [];
}

/** Reads in pieces: a file of a context may be larger than memory. */
function hashFile(path: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

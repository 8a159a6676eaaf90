import { isUtf8 } from "node:buffer";
import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readlinkSync, statSync, type Stats } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { Bounds } from "./bounds";

/** A file, folder or link below a mounted path. */
export interface Entry {
  /** Its path below the mounted one, with forward slashes; empty for the mounted file itself. */
  path: string;
  kind: "file" | "folder" | "link";
  /** In bytes; a link has the size of the file that it leads to. */
  size: number;
  executable: boolean;
  /** The target of a link, as it is written. */
  to?: string;
}

/** The content of a mounted path, without files that git ignores. */
export interface Survey {
  isFolder: boolean;
  /** In the same order on every machine. */
  entries: Entry[];
  /** Whether git ignores all of it: then it is the stage's own, and no part of a release. */
  isOwn: boolean;
  /** Paths that git ignores, which are not among the entries; a folder that is ignored as a whole counts once. */
  ignored: string[];
  /**
   * Whether it holds an entry that only the Engine's own archives carry: an empty folder, or a link to a folder or to
   * nothing.
   */
  needsArchive: boolean;
}

/** A path cannot be mounted; the message names it and says what would be right. */
export class SurveyError extends Error {}

/**
 * Looks at a path that is to be mounted, without reading any content.
 *
 * @param root the project's folder, absolute
 * @param source the path in it, as a compose file has it
 * @param everything whether ignored files count as well
 * @returns undefined where the path does not exist
 * @throws BoundsError where it lies outside of the git work tree
 * @throws SurveyError for an entry that no mount can hold: a socket, a pipe, a device, a name that is not UTF-8, an
 *   unreadable file
 */
export function survey(root: string, source: string, everything = false): Survey | undefined {
  const top = resolve(root, source);
  Bounds.around(root).real(top, source);
  const found = there(top);
  if (!found) return undefined;
  const { isWhole, paths } = everything ? nothingIgnored : ignoredIn(root, source);
  if (!found.isDirectory()) {
    checkKind(found, source);
    const entries = [{ path: "", kind: "file" as const, size: found.size, executable: isExecutable(found) }];
    return { isFolder: false, entries, isOwn: isWhole, ignored: [], needsArchive: false };
  }
  const entries: Entry[] = [];
  const ignored: string[] = [];
  let needsArchive = false;
  const walk = (folder: string): boolean => {
    const names = namesIn(join(top, folder), posix.join(source, folder));
    let kept = names.length === 0;
    if (kept && folder !== "") needsArchive = true;
    for (const name of names) {
      const path = posix.join(folder, name);
      if (path === ".git" || (!isWhole && paths.has(path))) {
        if (path !== ".git") ignored.push(path);
        continue;
      }
      const absolute = join(top, path);
      const shown = posix.join(source, path);
      const stats = lstatSync(absolute);
      if (stats.isDirectory()) {
        const at = entries.length;
        entries.push({ path, kind: "folder", size: 0, executable: false });
        // A folder with only ignored content is in no commit: another clone lacks it.
        if (!walk(path)) entries.splice(at, 1);
        else kept = true;
        continue;
      }
      kept = true;
      checkKind(stats, shown);
      if (name.startsWith(".wh.")) {
        throw new SurveyError(
          `${shown} is mounted, and image layers take a name that begins with .wh. for a deletion: rename it.`,
        );
      }
      if (stats.isSymbolicLink()) {
        const target = there(absolute);
        if (!target?.isFile()) needsArchive = true;
        const size = target?.isFile() ? target.size : 0;
        const executable = target?.isFile() ? isExecutable(target) : false;
        entries.push({ path, kind: "link", size, executable, to: readlinkSync(absolute) });
      } else {
        entries.push({ path, kind: "file", size: stats.size, executable: isExecutable(stats) });
      }
    }
    return kept;
  };
  walk("");
  if (entries.length === 0 && ignored.length > 0) return { ...(survey(root, source, true) as Survey), isOwn: true };
  return { isFolder: true, entries, isOwn: isWhole, ignored, needsArchive };
}

/**
 * Whether a path holds only a few small files, as most do: then git need not be asked which of them it ignores. A
 * missing path counts as well.
 *
 * @param most of how many files, and of how many bytes together
 */
export function isLittle(root: string, source: string, most: { files: number; bytes: number }): boolean {
  let [files, bytes] = [0, 0];
  const look = (path: string, stats: Stats | undefined): boolean => {
    if (stats?.isFile()) return ++files <= most.files && (bytes += stats.size) <= most.bytes;
    if (!stats?.isDirectory()) return false;
    const names = readdirSync(path, { encoding: "buffer" });
    return names.length > 0 && names.every((name) => isUtf8(name) && within(join(path, name.toString("utf8"))));
  };
  const within = (path: string): boolean => {
    if (basename(path).startsWith(".wh.")) return false;
    const stats = lstatSync(path);
    if (!stats.isSymbolicLink()) return look(path, stats);
    const target = there(path);
    return target?.isFile() === true && look(path, target);
  };
  const top = resolve(root, source);
  try {
    const stats = there(top);
    return stats === undefined || look(top, stats);
  } catch {
    // Unreadable content is reported by the survey.
    return false;
  }
}

/** The size of all files together, in bytes; holes in files count, because readers get zeros for them. */
export function sizeOf({ entries }: Pick<Survey, "entries">): number {
  return entries.reduce((sum, { kind, size }) => (kind === "file" ? sum + size : sum), 0);
}

/** The same with links followed, as uploads do. */
export function followedSizeOf({ entries }: Pick<Survey, "entries">): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

function namesIn(folder: string, shown: string): string[] {
  let names: Buffer[];
  try {
    names = readdirSync(folder, { encoding: "buffer" });
  } catch (error) {
    throw unreadable(shown, error);
  }
  return names
    .map((name) => {
      if (isUtf8(name)) return name.toString("utf8");
      throw new SurveyError(
        `The folder ${shown} is mounted, and the name of ${JSON.stringify(name.toString("latin1"))} in it is not UTF-8: rename it.`,
      );
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

function there(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    // A link to itself counts as one that leads nowhere.
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw unreadable(path, error);
  }
}

/** The error for an unreadable file. */
export function unreadable(path: string, error: unknown): SurveyError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new SurveyError(`${path} is mounted, and it cannot be read (${reason}): let your own user read it.`);
}

function checkKind(stats: Stats, path: string): void {
  const kinds: [boolean, string][] = [
    [stats.isSocket(), "a socket"],
    [stats.isFIFO(), "a named pipe"],
    [stats.isBlockDevice() || stats.isCharacterDevice(), "a device"],
  ];
  const kind = kinds.find(([is]) => is)?.[1];
  if (kind === undefined) return;
  throw new SurveyError(
    `${path} is ${kind}, and a release holds files, folders and links only: take it out of what is mounted, or mount an absolute path of the machine.`,
  );
}

function isExecutable(stats: Stats): boolean {
  return (stats.mode & 0o111) !== 0;
}

const nothingIgnored = { isWhole: false, paths: new Set<string>() };

/**
 * The files of a path that git ignores. Git is asked in the folder that holds the path, so that a link to another
 * folder, or a submodule, belongs to its own work tree. Without a work tree none is ignored; that it is missing is
 * reported elsewhere.
 */
function ignoredIn(root: string, source: string): { isWhole: boolean; paths: Set<string> } {
  const top = resolve(root, source);
  const asked = top === resolve(root) ? { folder: top, name: "." } : { folder: dirname(top), name: basename(top) };
  let told: string;
  try {
    const args = [
      "ls-files",
      "--others",
      "--ignored",
      "--exclude-standard",
      "--directory",
      "-z",
      "--",
      `:(literal)${asked.name}`,
    ];
    told = execFileSync("git", ["-C", asked.folder, ...args], {
      encoding: "utf8",
      maxBuffer: 256 << 20,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return nothingIgnored;
  }
  const paths = told
    .split("\0")
    .filter(Boolean)
    .map((path) => path.replace(/\/$/, ""));
  const inside = asked.name === "." ? "" : `${asked.name}/`;
  const isWhole = paths.some((path) => path === asked.name || path === "." || path === "" || path === "./");
  return {
    isWhole,
    paths: new Set(paths.filter((path) => path.startsWith(inside)).map((path) => path.slice(inside.length))),
  };
}

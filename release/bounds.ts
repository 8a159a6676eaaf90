import { execFileSync } from "node:child_process";
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join, posix, relative, sep } from "node:path";

/** A path leads out of the bounds; the message names it, its real place, and what would be right. */
export class BoundsError extends Error {}

/** A file that is open for reading. Whoever opened it closes it. */
export interface Opened {
  handle: number;
  stats: Stats;
  /** Its place, absolute and without links. */
  real: string;
}

/** Where Linux tells the place of a file that a process holds open. */
const descriptors = "/proc/self/fd";

/**
 * The bounds of what a release holds and a stage reads: the git work tree around the project, by real paths. Where git reads
 * none there, it is the project's folder.
 *
 * A file is judged once it is open, since a link or a folder on the way to it may be exchanged between a check and the reading.
 */
export class Bounds {
  private static readonly known = new Map<string, Bounds>();

  /**
   * @param top absolute, without links
   * @param isWorkTree whether it is a git work tree
   * @param opened where the system tells the places of open files
   */
  constructor(
    readonly top: string,
    private readonly isWorkTree = true,
    private readonly opened = descriptors,
  ) {}

  /** @param root the project's folder, absolute */
  static around(root: string): Bounds {
    const known = Bounds.known.get(root);
    if (known) return known;
    const top = workTreeAround(root);
    const bounds = top === undefined ? new Bounds(realpathSync.native(root), false) : new Bounds(top);
    Bounds.known.set(root, bounds);
    return bounds;
  }

  /**
   * Follows a path through all of its links.
   *
   * @param path absolute
   * @param name the path as a person wrote it
   * @returns its real place; undefined where there is nothing
   * @throws BoundsError where that lies outside
   */
  real(path: string, name: string): string | undefined {
    const real = followed(path);
    if (real === undefined || insideOf(this.top, real) !== undefined) return real;
    const place = real === path ? `lies outside of` : `leads to ${real}, outside of`;
    const bounds = this.isWorkTree ? `the git work tree ${this.top}` : `the project's folder ${this.top}`;
    throw new BoundsError(
      `${name} ${place} ${bounds}, and neither a release nor a stage takes anything from there: copy it into the project, ignored by git where it is secret, and name it there.`,
    );
  }

  /**
   * Opens a file for reading, and makes sure that what is open lies inside.
   *
   * @param path absolute
   * @param name the path as a person wrote it
   * @returns undefined where there is nothing, or no regular file
   * @throws BoundsError where it lies outside, or is exchanged meanwhile
   */
  open(path: string, name: string): Opened | undefined {
    const real = this.real(path, name);
    if (real === undefined) return undefined;
    const before = this.steps(real);
    if (before === undefined) throw exchanged(name);
    if (before.at(-1)?.isFile() !== true) return undefined;
    const handle = openedAt(real, name);
    try {
      const stats = fstatSync(handle);
      if (!stats.isFile() || !this.isAt(handle, stats, real, before)) throw exchanged(name);
      return { handle, stats, real };
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }

  /** Linux tells the place of what is open; elsewhere every folder on the way has to be the same before and after. */
  private isAt(handle: number, stats: Stats, real: string, before: readonly Stats[]): boolean {
    const told = placeOf(join(this.opened, String(handle)));
    if (told !== undefined) return told === real;
    const after = this.steps(real);
    return (
      after?.length === before.length &&
      after.every((one, index) => isSame(one, before[index])) &&
      isSame(after.at(-1), stats)
    );
  }

  /** The folders from the top to a place, and what is there; undefined where one of them is a link, or gone. */
  private steps(real: string): Stats[] | undefined {
    const steps: Stats[] = [];
    try {
      for (let place = real; ; place = dirname(place)) {
        const stats = lstatSync(place);
        if (stats.isSymbolicLink()) return undefined;
        steps.unshift(stats);
        if (place === this.top) return steps;
      }
    } catch {
      return undefined;
    }
  }
}

/** A path relative to a folder, with forward slashes; undefined where it lies outside. */
export function insideOf(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return inside.split(sep).join(posix.sep);
}

function workTreeAround(root: string): string | undefined {
  try {
    const told = execFileSync("git", ["-C", root, "rev-parse", "--show-toplevel"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return realpathSync.native(told.replace(/\r?\n$/, ""));
  } catch {
    return undefined;
  }
}

function followed(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** A named pipe in the place of a file would hold the process up, were it waited for. */
function openedAt(real: string, name: string): number {
  try {
    return openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw ["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"].includes(codeOf(error)) ? exchanged(name) : error;
  }
}

function placeOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(descriptor);
  } catch {
    return undefined;
  }
}

function isSame(one: Stats | undefined, other: Stats | undefined): boolean {
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino;
}

function exchanged(name: string): BoundsError {
  return new BoundsError(`${name} was exchanged while it was read: run the command again once nothing changes it.`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

import { lstatSync, mkdirSync, statSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** How long, in bytes, a socket's path may be: 104 with its end on BSD and macOS, 108 on Linux (unix(4), unix(7)). */
const longestSocket = 103;

/** What stands behind the folder in the longest of them: a connection that `ssh` shares, with the letters that it adds while it makes one. */
const longestName = "/0123456789ab-machine.0123456789abcdef".length;

/**
 * The folder for sockets that lead into other machines or into this process, for this user alone: in `XDG_RUNTIME_DIR` where that is as its
 * specification has it (https://specifications.freedesktop.org/basedir-spec), else in the temporary folder, else, where a socket's path would
 * be too long, in /tmp.
 *
 * @returns its path, absolute and short enough for sockets
 * @throws Error as {@link ownFolder}
 */
export function socketFolder(): string {
  const told = process.env["XDG_RUNTIME_DIR"] ?? "";
  const runtime = isAbsolute(told) && isOwnAlone(told) ? [join(told, "slipway")] : [];
  const all = [...runtime, temporaryFolder(), temporaryFolder("/tmp")];
  const fits = all.find((path) => Buffer.byteLength(path) + longestName <= longestSocket && !/['"\\\n]/.test(path));
  return ownFolder(fits ?? temporaryFolder("/tmp"));
}

/**
 * The folder for what processes of this user leave for one another, whichever session each belongs to.
 *
 * @throws Error as {@link ownFolder}
 */
export function markFolder(): string {
  return ownFolder(temporaryFolder());
}

function temporaryFolder(within = tmpdir()): string {
  return join(resolve(within), `slipway-${user()}`);
}

/**
 * Makes a folder that other users have no part in, or makes sure that it is one: in a temporary folder everybody may make it first.
 *
 * @param path absolute, in a folder that is there
 * @returns the path
 * @throws Error naming the folder, what is wrong with it and what to do
 */
export function ownFolder(path: string): string {
  const within = dirname(path);
  const { mode } = looked(within, statSync);
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0) {
    throw new Error(
      `${within} lets other users put something else in the place of ${path}, through which Slipway reaches machines: chmod +t ${within}, or set TMPDIR to a folder of your own.`,
    );
  }
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw refused(within, `cannot be written to`, error);
  }
  // It is looked at after it was made: another user could exchange it between a look and the making.
  const wrong = faultOf(looked(path, lstatSync));
  if (wrong !== undefined) throw refused(path, wrong);
  return path;
}

/**
 * What asks a shell, of whichever kind, whether a folder is there and this user's alone (POSIX: find does not follow a link that it is given).
 *
 * @param path without quotation marks
 */
export function ownFolderTest(path: string): string {
  return `find '${path}' -prune -type d -user ${user()} '(' -perm 700 -o -perm 2700 ')' | grep -q .`;
}

/** What keeps a folder from being this user's alone; undefined where nothing does. */
function faultOf(found: Stats): string | undefined {
  if (found.isSymbolicLink()) return "is a link";
  if (!found.isDirectory()) return "is no folder";
  if (found.uid !== user()) return `belongs to another user (${found.uid})`;
  const mode = found.mode & 0o777;
  return mode === 0o700 ? undefined : `has the mode ${mode.toString(8).padStart(4, "0")} in the place of 0700`;
}

function isOwnAlone(path: string): boolean {
  try {
    return faultOf(lstatSync(path)) === undefined;
  } catch {
    return false;
  }
}

function looked(path: string, look: (path: string) => Stats): Stats {
  try {
    return look(path);
  } catch (error) {
    throw refused(path, "cannot be looked at", error);
  }
}

function refused(path: string, wrong: string, cause?: unknown): Error {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return new Error(
    `${path} ${wrong}${code ? ` (${code})` : ""}, and sockets that lead to a stage's machine are to lie there where no other user gets at them: remove it, or set TMPDIR to a folder of your own.`,
    { cause },
  );
}

/** The user that files are made as; on a system without users, 0 as every file there says. */
function user(): number {
  return process.geteuid?.() ?? 0;
}

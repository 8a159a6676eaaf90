import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isAbsolute, posix, relative, resolve, sep } from "node:path";

const run = promisify(execFile);

/** The state of the git work tree that a release is made from. */
export interface WorkTree {
  /** The abbreviated commit at HEAD. */
  commit: string;
  /** The work tree's top folder, absolute. */
  top: string;
  /**
   * Paths whose content no commit holds as it is, untracked and ignored ones included, relative to `top`; a folder that is ignored as
   * a whole ends with a slash.
   */
  changed: string[];
}

/** A release cannot be traced to a commit; the message says why and what to do. */
export class GitError extends Error {}

/**
 * Reads the commit and the uncommitted paths of the work tree around a folder.
 *
 * @param directory a folder inside the work tree
 * @throws GitError when the folder is in no git work tree, has no commit yet, or git is missing
 */
export async function readWorkTree(directory: string): Promise<WorkTree> {
  const where = `${directory} is not in a git work tree with a commit, and a release names the commit it was made from`;
  const [head, status] = await Promise.all([
    git(directory, where, "rev-parse", "--show-toplevel", "--short", "HEAD"),
    git(
      directory,
      where,
      "status",
      "--porcelain=v1",
      "-z",
      "--untracked-files=all",
      "--ignored=matching",
      "--no-renames",
      ":/",
    ),
  ]);
  const [top = "", commit = ""] = head.trim().split("\n");
  const changed = status
    .split("\0")
    .filter(Boolean)
    .map((entry) => entry.slice(3));
  return { commit, top, changed };
}

/**
 * Which of some files git ignores: those never enter a release.
 *
 * @param tree the work tree
 * @param paths absolute paths
 * @returns the ignored ones among them; paths outside of the work tree count as ignored
 */
export async function ignoredFiles(tree: WorkTree, paths: string[]): Promise<Set<string>> {
  const outside = paths.filter((path) => inTree(tree, path) === undefined);
  const inside = paths.filter((path) => inTree(tree, path) !== undefined);
  if (inside.length === 0) {
    return new Set(outside);
  }
  const ignored = await new Promise<string>((done, fail) => {
    // git answers 1 where it ignores none of them.
    const child = execFile("git", ["-C", tree.top, "check-ignore", "-z", "--stdin"], (error, stdout) => {
      if (error && error.code !== 1) {
        fail(new GitError(`git check-ignore failed in ${tree.top}: ${error.message}`));
      } else {
        done(stdout);
      }
    });
    child.stdin?.end(inside.join("\0"));
  });
  return new Set([...outside, ...ignored.split("\0").filter(Boolean)]);
}

/**
 * Which of the files that enter a release are not committed as they are.
 *
 * @param tree the work tree
 * @param enters whether a file, or anything of a folder that ends with a slash, enters the release; paths are absolute
 * @returns paths relative to the work tree's top
 */
export function uncommitted(tree: WorkTree, enters: (path: string) => boolean): string[] {
  return tree.changed.filter((path) => !isStackSettings(path) && enters(absolute(tree, path)));
}

function absolute(tree: WorkTree, path: string): string {
  return resolve(tree.top, path) + (path.endsWith("/") ? sep : "");
}

/** A stack's settings may differ between stages and change after a release was made: they never enter one. */
export function isStackSettings(path: string): boolean {
  return /^Pulumi\..+\.ya?ml$/.test(posix.basename(path.split(sep).join(posix.sep)));
}

function inTree(tree: WorkTree, path: string): string | undefined {
  const inside = relative(tree.top, path);
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside;
}

async function git(directory: string, where: string, ...args: string[]): Promise<string> {
  try {
    return (await run("git", ["-C", directory, ...args], { maxBuffer: 256 << 20 })).stdout;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") {
      throw new GitError("The git command is not on PATH: install git.");
    }
    throw new GitError(`${where}: commit it (git init && git add -A && git commit), then run the command again.`);
  }
}

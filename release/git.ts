import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The git work tree that a release is made from. */
export interface WorkTree {
  /** The abbreviated commit at HEAD. */
  commit: string;
  /** The commit at HEAD in full. */
  head: string;
  /** The work tree's top folder, absolute. */
  top: string;
}

/** A release cannot be traced to a commit; the message says why and what to do. */
export class GitError extends Error {}

/** Options for running git. */
export interface GitOptions {
  /** Its standard input. */
  input?: string;
  /** Exit codes that mean success, besides 0. */
  alsoGood?: number[];
  /** Whether a repository that the environment names (GIT_DIR) counts instead of the one around the folder. */
  byEnvironment?: boolean;
}

/**
 * Reads the commit of the work tree around a folder.
 *
 * @param directory a folder inside the work tree
 * @throws GitError when the folder is in no git work tree, has no commit yet, or git refuses to read it
 */
export async function readWorkTree(directory: string): Promise<WorkTree> {
  const byEnvironment = { byEnvironment: true };
  const [places, short] = await Promise.all([
    git(directory, ["rev-parse", "--show-toplevel", "HEAD"], byEnvironment),
    git(directory, ["rev-parse", "--short", "HEAD"], byEnvironment),
  ]);
  const [top = "", head = ""] = places.trim().split("\n");
  return { commit: short.trim(), head, top };
}

/**
 * The variables that point git to another repository than the one around (`git rev-parse --local-env-vars`), as in a
 * hook.
 */
const elsewhere = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
];

/**
 * Runs git in a folder. It changes nothing and takes no lock.
 *
 * @returns its standard output
 * @throws GitError with the problem and what to do
 */
export async function git(
  directory: string,
  args: string[],
  { input, alsoGood = [], byEnvironment = false }: GitOptions = {},
): Promise<string> {
  const given = Object.entries(process.env).filter(([name]) => byEnvironment || !elsewhere.includes(name));
  const env = { ...Object.fromEntries(given), LC_ALL: "C", LANGUAGE: "C", GIT_OPTIONAL_LOCKS: "0" };
  const started = run("git", ["-C", directory, ...args], { maxBuffer: 1 << 30, env });
  started.child.stdin?.on("error", () => undefined);
  started.child.stdin?.end(input ?? "");
  try {
    return (await started).stdout;
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: string | number; stdout?: string; stderr?: string };
    if (code === "ENOENT") throw new GitError("The git command is not on PATH: install git.");
    if (typeof code === "number" && alsoGood.includes(code)) return stdout;
    throw new GitError(gitTrouble(directory, stderr || String(error)));
  }
}

/** Git's messages on standard error when it refuses, in the C locale, and their meaning; the first that fits counts. */
const troubles: [RegExp, (directory: string, found: RegExpExecArray) => string][] = [
  [
    /(?:dubious ownership in repository at|unsafe repository) \(?'([^']+)'/,
    (_directory, [, top]) =>
      `The git work tree ${top} belongs to another user than the one who runs this, and git reads no such work tree: say that you trust it with git config --global --add safe.directory ${quoted(top ?? "")}, or run the command as its owner.`,
  ],
  [
    /must be run in a work tree/,
    (directory) =>
      `${directory} is in a git repository without a work tree (a bare one, or the folder .git), and a release is made from files: go to a clone, then run the command again.`,
  ],
  [
    /not a git repository: (?!\(or any)(.+)/,
    (directory, [, place]) =>
      `The file .git at or above ${directory} leads to ${place?.replace(/^'|'$/g, "")}, which is no git repository: where the work tree was moved, git worktree repair in its main one mends that; else clone it anew.`,
  ],
  [
    /not a git repository \(or any parent up to mount point ([^)]+)\)/,
    (directory, [, mount]) =>
      `${directory} is not in a git work tree with a commit, and a release names the commit it was made from: git looked no further than ${mount}, where another disk begins; where the repository lies above it, set GIT_DISCOVERY_ACROSS_FILESYSTEM=1, else commit the files (git init && git add -A && git commit), then run the command again.`,
  ],
  [
    /not a git repository/,
    (directory) =>
      `${directory} is not in a git work tree with a commit, and a release names the commit it was made from: commit it (git init && git add -A && git commit), then run the command again.`,
  ],
  [
    /ambiguous argument 'HEAD'|Needed a single revision|Not a valid object name HEAD/,
    (directory) =>
      `The git work tree at ${directory} has no commit yet, and a release names the commit it was made from: commit the files (git add -A && git commit), then run the command again.`,
  ],
];

/**
 * Explains why git refuses to read a work tree.
 *
 * @param directory where git was run, absolute
 * @param said its standard error
 * @returns a sentence
 */
export function gitTrouble(directory: string, said: string): string {
  for (const [pattern, sentence] of troubles) {
    const found = pattern.exec(said);
    if (found) return sentence(directory, found);
  }
  const lines = said.trim().split("\n").filter(Boolean);
  const words = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? "nothing";
  return `git cannot read the work tree at ${directory} (${words.trim().replace(/\.$/, "")}), and a release names the commit it was made from: mend it (git fsck tells what is broken) or clone it anew, then run the command again.`;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

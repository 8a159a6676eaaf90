import { spawnSync } from "node:child_process";
import type { History } from "./choose";

/** How many commits back a change counts as a late one, where no tag is nearer. */
const lately = 30;

/**
 * What git says of the project at `folder`: the files changed since its last tag, and at most by its last 30 commits,
 * with those that are changed and not committed. Without git or its history nothing changed.
 *
 * @param ago how many commits ago; then what is not committed does not count
 */
export function historyOf(folder: string, ago = 0): History {
  const git = (...args: string[]): string => {
    const { status, stdout } = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
    return status === 0 ? stdout.trim() : "";
  };
  const head = ago === 0 ? "HEAD" : `HEAD~${ago}`;
  const commits = Number(git("rev-list", "--count", head) || "0");
  const tag = git("describe", "--tags", "--abbrev=0", head);
  const sinceTag = tag ? Number(git("rev-list", "--count", `${tag}..${head}`) || lately) : lately;
  const back = Math.max(0, Math.min(sinceTag, lately, commits - 1));
  const changed = git("diff", "--name-only", `${head}~${back}`, ...(ago === 0 ? [] : [head]));
  return { commits, changed: changed.split("\n").filter(Boolean) };
}

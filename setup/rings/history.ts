import { spawnSync } from "node:child_process";
import type { History } from "./choose";

/** How many commits back a change counts as a late one, where no tag is nearer. */
const lately = 30;

/**
 * What git says of the project at `folder`: the files changed since its last tag, and at most by its last 30 commits,
 * with those that are changed and not committed. Without git or its history nothing changed.
 */
export function historyOf(folder: string): History {
  const git = (...args: string[]): string => {
    const { status, stdout } = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
    return status === 0 ? stdout.trim() : "";
  };
  const commits = Number(git("rev-list", "--count", "HEAD") || "0");
  const tag = git("describe", "--tags", "--abbrev=0");
  const sinceTag = tag ? Number(git("rev-list", "--count", `${tag}..HEAD`) || lately) : lately;
  const back = Math.min(sinceTag, lately, commits - 1);
  const changed = back > 0 ? git("diff", "--name-only", `HEAD~${back}`) : git("diff", "--name-only", "HEAD");
  return { commits, changed: changed.split("\n").filter(Boolean) };
}

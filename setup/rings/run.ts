import { spawn } from "node:child_process";
import { appendFileSync, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Counts } from "../counts/counts";
import { next, paceOf } from "./choose";
import { nameOf, type Group } from "./groups";

/** How a run of groups goes. */
export interface Runs {
  /** The folder that counts are left in: `runs`, and a file a group. */
  counts: string;
  /** The minute, since the process's `began`, by which the run is to be over. */
  within?: number;
  /** When the run began, in milliseconds since 1970. */
  began: number;
  /** How many groups run at a time: much of the time each waits for containers to become healthy. */
  lanes: number;
  /** After how many minutes a group that has not ended is ended. */
  limit(group: Group): number;
  /** What the groups' processes are given beside this one's environment. */
  env?: Readonly<Record<string, string>>;
  /** Whether groups do less of what they may do more or less often. */
  short?: boolean;
  /** Why tests that skip themselves do so, where something could not be had. */
  reason: string;
  /** Runs a group: the command and its arguments. */
  command(group: Group, counts: string): [string, ...string[]];
  /** Shows a text. */
  say(text: string): void;
}

/** What became of a run of groups. */
export interface Ran {
  /** Those that were not begun. */
  left: Group[];
  /** The minutes that each took of those that ended well. */
  took: Map<Group, number>;
}

/**
 * Runs groups, each in a process of its own, and shows what each printed once it is over. A group that will not be over in
 * time is left out; one that does not end is ended, and has failed.
 */
export async function runGroups(groups: readonly Group[], runs: Runs): Promise<Ran> {
  const waiting = [...groups];
  const over: { group: Group; took: number }[] = [];
  const took = new Map<Group, number>();
  const minutes = () => (Date.now() - runs.began) / 60_000;
  const lane = async (): Promise<void> => {
    for (;;) {
      const group = next(waiting, { now: minutes(), within: runs.within, pace: paceOf(over) });
      if (!group) return;
      waiting.splice(waiting.indexOf(group), 1);
      const from = minutes();
      const isWell = await runGroup(group, runs);
      over.push({ group, took: minutes() - from });
      if (isWell) took.set(group, minutes() - from);
    }
  };
  await Promise.all(Array.from({ length: runs.lanes }, lane));
  waiting.forEach((group) => leaveOut(group, runs));
  return { left: waiting, took };
}

/** @returns whether it ended well */
async function runGroup(group: Group, runs: Runs): Promise<boolean> {
  const id = idOf(group);
  const log = join(runs.counts, `${id}.log`);
  const began = Date.now();
  const problem = await end(runs.command(group, join(runs.counts, `${id}.json`)), log, {
    minutes: runs.limit(group),
    env: { ...(runs.short ? group.short : {}), ...process.env, ...runs.env },
  });
  note(group, runs, problem ? 1 : 0, runs.reason);
  const took = duration((Date.now() - began) / 1000);
  runs.say(`\n── end-to-end tests, ${nameOf(group)}\n${readFileSync(log, "utf8")}`);
  runs.say(`${problem ? `✗ ${problem}:` : "✓"} end-to-end tests, ${nameOf(group)} (${took})`);
  return problem === undefined;
}

/** What runs now: an interrupted run ends these as well. */
const running = new Set<(signal: NodeJS.Signals) => void>();

/** Ends every group that runs, with all that it started. */
export function interrupt(): void {
  running.forEach((stop) => stop("SIGTERM"));
}

/** Runs a command into a log. Returns what is wrong with how it ended. */
function end(
  [command, ...args]: [string, ...string[]],
  log: string,
  { minutes, env }: { minutes: number; env: NodeJS.ProcessEnv },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const file = createWriteStream(log);
    file.once("open", (out) => {
      // A group of processes of its own, which is ended with all that it started.
      const child = spawn(command, args, { env, stdio: ["ignore", out as never, out as never], detached: true });
      let problem: string | undefined;
      let killing: NodeJS.Timeout | undefined;
      const stop = (signal: NodeJS.Signals) => void (child.pid && process.kill(-child.pid, signal));
      running.add(stop);
      const timer = setTimeout(() => {
        problem = `ended, as it was not over after ${minutes} minutes`;
        stop("SIGTERM");
        killing = setTimeout(() => stop("SIGKILL"), 20_000);
      }, minutes * 60_000);
      const close = (ended: string | undefined) => {
        [timer, killing].forEach(clearTimeout);
        running.delete(stop);
        file.close(() => resolve(problem ?? ended));
      };
      child.once("error", ({ message }) => close(message));
      child.once("exit", (status) => close(status === 0 ? undefined : "failed"));
    });
  });
}

function leaveOut(group: Group, runs: Runs): void {
  const counts: Counts = { passed: 0, failed: 0, failures: [], skipped: [`all of ${nameOf(group)}`] };
  writeFileSync(join(runs.counts, `${idOf(group)}.json`), JSON.stringify(counts));
  note(group, runs, 0, `not begun, as it would not have been over within ${runs.within} minutes`);
}

/** A line of `runs`, which the closing lines are made of. */
function note(group: Group, runs: Runs, status: number, reason: string): void {
  const line = [status, `${idOf(group)}.json`, `end-to-end tests, ${nameOf(group)}`, reason].join("\t");
  appendFileSync(join(runs.counts, "runs"), `${line}\n`);
}

function idOf(group: Group): string {
  return `e2e-${group.specs[0]?.replaceAll("/", "-")}`;
}

function duration(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

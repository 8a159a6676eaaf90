import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../tests/e2e/run";

/** How long, in milliseconds, a program may take to end by itself: Pulumi gives up its resources in good order. */
const patience = 20_000;

/**
 * Ends the programs that this process starts, until some work has ended, which it does when they fail: no program may
 * make anything while everything is removed.
 */
export async function interrupt(work: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = work.catch(() => undefined).then(() => (ended = true));
  const told = new Set<number>();
  const until = Date.now() + patience;
  while (!ended) {
    const late = Date.now() > until;
    for (const child of await children()) {
      // A second signal makes Pulumi hurry and leave its lock behind.
      if (late || !told.has(child)) signal(child, late ? "SIGKILL" : "SIGINT");
      told.add(child);
    }
    await Promise.race([end, sleep(200)]);
  }
}

/** The ids of this process's programs, without the one that lists them, which ends by itself, and the compiler. */
async function children(): Promise<number[]> {
  const { stdout } = await run("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, name]) => pid && name !== "ps" && name !== "esbuild")
    .map(([pid]) => Number(pid));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

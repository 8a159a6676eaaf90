import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../e2e/run";

/** How long, in milliseconds, a program may take to end by itself: Pulumi gives its resources up in good order. */
const patience = 20_000;

/** Ends the programs that this process started and that still run, so that nothing is made any more while all is taken away. */
export async function endChildren(): Promise<void> {
  signal(await children(), "SIGINT");
  for (const until = Date.now() + patience; Date.now() < until; await sleep(200)) {
    if ((await children()).length === 0) return;
  }
  signal(await children(), "SIGKILL");
}

/** Their ids; `ps` itself, which is one of them, is not among them. */
async function children(): Promise<number[]> {
  const { stdout } = await run("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, name]) => pid && name !== "ps" && name !== "esbuild")
    .map(([pid]) => Number(pid));
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/**
 * The load generator's process. It begins with the load that its argument describes as JSON, and prints its figures as
 * a line of JSON for each line `figures` on standard input. It ends with its last figures at the line `stop`, at the
 * input's end (its parent is gone) or at a signal.
 */
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import type { Load } from "./plan";
import { Run } from "./run";

try {
  // Real clients are elsewhere and would not wait for this machine's processors, which the measured update keeps busy.
  setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
} catch {
  // Without the right to do so, the figures tell how long it was kept from running.
}
const run = new Run(JSON.parse(process.argv[2] ?? "{}") as Load);
let stopping = false;

function print(figures: unknown): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  void run.stop().then((figures) => process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0)));
}

createInterface({ input: process.stdin })
  .on("line", (line) => (line === "stop" ? stop() : print(run.figures())))
  .on("close", stop);
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

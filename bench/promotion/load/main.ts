/**
 * The load generator's process: begins with the load that its argument describes as JSON, prints its figures as a line of JSON
 * for each line `figures` on standard input, and ends with its last ones at the line `stop`, at the input's end (whoever
 * started it is gone) or at a signal.
 */
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import type { Load } from "./plan";
import { Run } from "./run";

try {
  // Clients elsewhere would not wait for this machine's processors, which what is measured keeps busy.
  setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
} catch {
  // Not everyone may; the figures tell how long it was not let run.
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

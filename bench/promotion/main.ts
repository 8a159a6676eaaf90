import { cpus, totalmem } from "node:os";
import { checkBuilt, missing, noPulumi } from "../../tests/e2e/requirements";
import { Scratch } from "../scratch";
import { bars } from "./bars";
import { interrupt } from "./children";
import { clients } from "./load/plan";
import { readOptions, usage, type Options } from "./options";
import { Compose } from "./peers/compose";
import { Images } from "./peers/images";
import { measurePeer, type Peer } from "./peers/measure";
import { Swarm } from "./peers/swarm";
import { reasons, requestsTable, timesTable } from "./report";
import { own, type Run } from "./runs";
import { measureSlipway } from "./slipway";

/** The steps that remove what the run has made, run from the last to the first. */
const undo: (() => Promise<void>)[] = [];

void main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`bench:promotion: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);

/** @returns the exit code: 0 where everything was measured, whether or not the bars were met */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === "help") {
    console.log(usage);
    return 0;
  }
  const reason = (await missing()) ?? (await noPulumi());
  if (reason) {
    console.error(`bench:promotion: nothing was measured: ${reason}`);
    return 1;
  }
  checkBuilt();
  const measuring = measure(options);
  let stopped: number | undefined;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.on(signal, () => {
      // A second signal must not end the process before everything is removed.
      if (stopped === undefined) void interrupt(measuring);
      stopped ??= code;
    });
  }
  try {
    report(await measuring, options);
  } catch (error) {
    // An interrupted measurement fails for that reason alone.
    if (stopped === undefined) throw error;
  } finally {
    console.log("\nTaking everything away.");
    await takeAway();
  }
  return stopped ?? 0;
}

async function measure(options: Options): Promise<Run[]> {
  const scratch = new Scratch();
  undo.push(() => scratch.dispose());
  const runs: Run[] = [];
  if (options.only.some((group) => own.includes(group))) {
    console.log("\nSlipway");
    runs.push(...(await measureSlipway(scratch, options)));
    await scratch.clear();
  }
  if (options.only.includes("compose")) {
    console.log("\ndocker compose up --detach --wait");
    runs.push(...(await measureBeside(scratch, options, (images) => Compose.open(images, options.runs))));
  }
  if (options.only.includes("swarm")) {
    console.log("\ndocker service update, start-first");
    runs.push(...(await measureBeside(scratch, options, (images) => Swarm.open(images, options.runs))));
  }
  return runs;
}

async function measureBeside(
  scratch: Scratch,
  options: Options,
  open: (images: Images) => Promise<Peer & { close(): Promise<void> }>,
): Promise<Run[]> {
  const images = new Images(scratch.empty());
  undo.push(() => images.dispose());
  const peer = await open(images);
  undo.push(() => peer.close());
  const runs = await measurePeer(peer, options);
  await peer.close();
  undo.pop();
  await images.dispose();
  undo.pop();
  return runs;
}

/** Removes everything that was made so far; a part that cannot be removed does not keep the others. */
async function takeAway(): Promise<void> {
  for (let work = undo.pop(); work; work = undo.pop()) {
    await work().catch((error: unknown) => console.error(String(error)));
  }
}

function report(runs: readonly Run[], { pause, watch }: Options): void {
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = Object.entries(clients).map(([kind, count]) => `${count} ${kind}`);
  console.log(`\n## Measured

${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}; clients: ${load.join(", ")}; ${pause} ms between two requests of a fast client; production watched for ${watch} s.

### Failed requests, by the kind of client

${requestsTable(runs)}

${reasons(runs)}

### Wall time, from the confirmed start to the last drained container, in seconds

${timesTable(runs)}

"of it stalled": for how long of that gap the load generator itself was not let run by a busy machine. "engine" is the rest: the Pulumi CLI, its providers and the talk between them, or the peer's own work. "beyond" is the wall
time without the new container's own time to become healthy, the watch and the drain.

### Bars, of Slipway's own runs

${bars(runs).join("\n") || "- none was run"}`);
}

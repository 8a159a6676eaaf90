import { cpus, loadavg, totalmem } from "node:os";
import { checkBuilt, missing, noPulumi } from "../tests/e2e/requirements";
import { bars, verdict } from "./bars";
import { measureDemo, type DemoResult } from "./demo";
import { readOptions, usage, type Options } from "./options";
import { Scratch } from "./scratch";
import { measureSize, type SizeResult } from "./sizes";
import { demoTable, programTable, timesTable } from "./tables";

void main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);

/** @returns the exit code: 0 where everything was measured, at any speed */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === "help") {
    console.log(usage);
    return 0;
  }
  const reason = (await missing()) ?? (await noPulumi());
  if (reason) {
    console.error(`bench: nothing was measured: ${reason}`);
    return 1;
  }
  checkBuilt();
  const scratch = new Scratch();
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      console.error("bench: stopped; taking everything away again");
      void scratch.dispose().finally(() => process.exit(code));
    });
  }
  try {
    await measure(scratch, options);
  } finally {
    console.log("\nTaking everything away again.");
    await scratch.dispose();
  }
  return 0;
}

async function measure(scratch: Scratch, { demo, sizes, rounds }: Options): Promise<void> {
  const started = performance.now();
  const demoResult: DemoResult | undefined = demo
    ? await section(scratch, "The demo", () => measureDemo(scratch, rounds))
    : undefined;
  const results: SizeResult[] = [];
  for (const size of sizes) {
    results.push(
      await section(scratch, `${size} services, from Slipway and from a bare program`, () =>
        measureSize(scratch, size, rounds),
      ),
    );
  }
  const minutes = (performance.now() - started) / 60_000;
  console.log(`\n## Measured in ${minutes.toFixed(0)} minutes\n`);
  console.log(machine(rounds));
  if (demoResult) {
    console.log(`\n### The demo\n\n${demoTable(demoResult)}`);
  }
  if (results.length > 0) {
    console.log(`\n### Wall times beside a bare program\n\n${timesTable(results)}`);
    console.log(`\n### The program's process, in a preview\n\n${programTable(results)}`);
    console.log(`\n### Bars\n\n${bars(results).map(verdict).join("\n")}`);
  }
}

/** Runs one part, and removes everything that it made before the next begins. */
async function section<T>(scratch: Scratch, title: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n${title} (load ${loadavg()[0]?.toFixed(1)})`);
  const result = await work();
  console.log("  taking its containers away");
  await scratch.clear();
  return result;
}

function machine(rounds: number): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}; medians of ${rounds} rounds (updates that replace a container: ${Math.ceil(rounds / 2)}), programs in turns; ratios are medians of the rounds' ratios. Load: the machine's load average over a minute, from the lowest to the highest that was seen.`;
}

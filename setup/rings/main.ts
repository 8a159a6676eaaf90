import { parseArgs } from "node:util";
import { chosen, limitOf, type Ring } from "./choose";
import { groups, nameOf } from "./groups";
import { historyOf } from "./history";
import { interrupt, runGroups } from "./run";

/**
 * Runs the end-to-end tests of a ring, two groups at a time, and leaves their counts for the sum.
 * `--ring core|all|within`, `--counts FOLDER`, `--seconds N` (since the whole run began), `--within MINUTES`, `--reason TEXT`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ring: { type: "string", default: "core" },
      counts: { type: "string", default: "." },
      seconds: { type: "string", default: "0" },
      within: { type: "string" },
      reason: { type: "string", default: "" },
    },
  });
  const within = values.within === undefined ? undefined : Number(values.within);
  const wanted = chosen(groups, values.ring as Ring, historyOf("."));
  const left = await runGroups(wanted, {
    counts: values.counts,
    within,
    began: Date.now() - Number(values.seconds) * 1000,
    lanes: 2,
    short: values.ring !== "all",
    limit: limitOf,
    reason: values.reason,
    command: (group, counts) => [
      process.execPath,
      ...["node_modules/mocha/bin/mocha.js", "--config", "tests/e2e/.mocharc.json"],
      ...["--reporter", "setup/counts/mochaReporter.ts", "--reporter-option", `counts=${counts}`],
      ...group.specs.map((spec) => `tests/e2e/${spec}.spec.ts`),
    ],
    say: console.log,
  });
  if (left.length > 0) {
    console.log(
      `\nLeft out, as they would not have been over within ${within} minutes: ${left.map(nameOf).join(", ")}`,
    );
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupt();
    process.exitCode = 130;
  });
}

void main();

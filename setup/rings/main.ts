import { parseArgs } from "node:util";
import { share } from "../../tests/e2e/shared";
import { chosen, limitOf, neverRun, wholeTime, type Budget, type Ring } from "./choose";
import { keepCosts } from "./costs";
import { groups, nameOf } from "./groups";
import { historyOf } from "./history";
import { interrupt, runGroups } from "./run";

/** How many groups run at a time: two make two cores busy. A third was measured to do 6 % more in the same time, and to make each wait longer. */
const lanes = 2;

/** The minutes in which a run of all tests is to be over. */
const wholeRun = 75;

/** In how many commits in a row a group may be left out before the run says so. */
const turns = 10;

/**
 * Runs the end-to-end tests of a ring, two groups at a time, and leaves their counts for the sum.
 * `--ring core|all|within`, `--counts FOLDER`, `--seconds N` (since the whole run began), `--within MINUTES`, `--reason TEXT`, `--costs`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ring: { type: "string", default: "core" },
      counts: { type: "string", default: "." },
      seconds: { type: "string", default: "0" },
      within: { type: "string" },
      reason: { type: "string", default: "" },
      costs: { type: "boolean", default: false },
    },
  });
  const within = values.within === undefined ? undefined : Number(values.within);
  const began = Date.now() - Number(values.seconds) * 1000;
  const minutes = (): number => (Date.now() - began) / 60_000;
  const wanted = chosen(groups, values.ring as Ring, historyOf("."));
  const from = minutes();
  const said = Math.round(wholeTime(wanted, { from, lanes }));
  if (within === undefined)
    console.log(`\n${wanted.length} groups of end-to-end tests, over after about ${said} min in all`);
  const shared = await share();
  const { left, took } = await runGroups(wanted, {
    counts: values.counts,
    within,
    began,
    lanes,
    short: values.ring !== "all",
    limit: limitOf,
    reason: values.reason,
    command: (group, counts) => [
      process.execPath,
      ...["node_modules/mocha/bin/mocha.js", "--config", "tests/e2e/.mocharc.json"],
      ...["--reporter", "setup/counts/mochaReporter.ts", "--reporter-option", `counts=${counts}`],
      ...group.specs.map((spec) => `tests/e2e/${spec}.spec.ts`),
    ],
    env: shared.env,
    say: console.log,
  }).finally(() => shared.end());
  if (values.costs) keepCosts(groups, took);
  if (left.length > 0) {
    console.log(
      `\nLeft out, as they would not have been over within ${within} minutes: ${left.map(nameOf).join(", ")}`,
    );
  }
  if (within !== undefined && left.length > 0) tellNeverRun({ within, from, lanes });
  if (values.ring === "all" && minutes() > wholeRun) {
    console.log(
      `\n!! All tests took ${Math.round(minutes())} minutes, which is more than the ${wholeRun} that they may take.`,
    );
  }
}

/** Says which groups were left out for too long, by the turns that the last commits gave. */
function tellNeverRun(budget: Budget): void {
  const histories = Array.from({ length: turns + 1 }, (_, ago) => historyOf(".", ago));
  const never = neverRun(groups, histories, budget);
  if (never.length === 0) return;
  const rule = "!".repeat(100);
  const names = never.map(nameOf).join(", ");
  console.log(
    `\n${rule}\n!! LEFT OUT FOR MORE THAN ${turns} COMMITS IN A ROW: ${names}\n!! Run them: ./setup/test --all\n${rule}`,
  );
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupt();
    process.exitCode = 130;
  });
}

void main();

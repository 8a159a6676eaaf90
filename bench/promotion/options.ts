import { parseArgs } from "node:util";
import { groups, type Group } from "./runs";

/** The choice of measurements. */
export interface Options {
  /** How many updates of each group. */
  runs: number;
  /** The fewest requests of each run. */
  requests: number;
  /** How long, in milliseconds, a fast client waits between two requests. */
  pause: number;
  /** How long, in seconds, production watches a new release. */
  watch: number;
  only: readonly Group[];
}

export const usage = `Usage: npm run bench:promotion -- [--runs 5] [--requests 30000] [--only promotion,rollback] [--quick]

Takes an application of two services through promotions, rollbacks and releases that fail in production, with Pulumi's own
engine, while clients ask without a break: over kept connections, over new ones, through one service from the other, for
answers that take 800 ms, for streams of 1.5 s, and over WebSockets. Beside it, the same changes with docker compose up
--wait and with a Swarm start-first update. Needs the Pulumi CLI and a Docker Engine; takes about half an hour. It works on
projects of its own, with their own state, ports and names, and takes everything away at the end.

  --runs N        updates of each group (default 5)
  --requests N    the fewest requests in each update's run; it lasts until there were as many (default 30000)
  --only LIST     which groups, separated by commas: ${groups.join(", ")} (default all)
  --pause MS      how long a fast client waits between two requests, in milliseconds (default 5)
  --watch S       how long production watches a new release, in seconds (default 10)
  --quick         the same as --runs 1 --requests 3000 --watch 2, for a first look
  --help          this text

Prints each run as it ends, then tables in Markdown, and at the end which bars were met. A missed bar is no failure: the exit code is
0 unless something could not be measured. With SLIPWAY_TEST_KEEP=1 the stages' project is kept, to look at it.`;

/**
 * Reads the command line.
 *
 * @throws Error naming the argument that is wrong and what would be right
 */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string" },
      requests: { type: "string" },
      pause: { type: "string", default: "5" },
      watch: { type: "string" },
      only: { type: "string", default: groups.join(",") },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const [runs, requests, watch] = values.quick ? ["1", "3000", "2"] : ["5", "30000", "10"];
  return {
    runs: count("--runs", values.runs ?? runs, 1),
    requests: count("--requests", values.requests ?? requests, 1),
    pause: count("--pause", values.pause, 0),
    watch: count("--watch", values.watch ?? watch, 0),
    only: values.only.split(",").map(group),
  };
}

function count(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < least) {
    throw new Error(
      `${option} takes a whole number from ${least} on, as in ${option} 5; found ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

function group(text: string): Group {
  const found = groups.find((name) => name === text);
  if (!found) {
    throw new Error(`--only takes ${groups.join(", ")}, separated by commas; found ${JSON.stringify(text)}.`);
  }
  return found;
}

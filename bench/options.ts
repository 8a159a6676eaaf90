import { parseArgs } from "node:util";

/** The choice of measurements. */
export interface Options {
  /** Whether the demo is measured. */
  demo: boolean;
  /** How many services each generated application has. */
  sizes: number[];
  /** How often each operation without changes is measured. */
  rounds: number;
}

export const usage = `Usage: npm run bench -- [--sizes 5,25,100] [--rounds 5] [--no-demo]

Measures what a person waits for with Slipway, and the same beside a Pulumi program that declares the same containers
without it. Needs the Pulumi CLI and a Docker Engine; takes about 20 minutes, most of it for a hundred services.
It works on projects of its own, with their own state, ports and names, and takes everything away at the end.

  --sizes LIST   services of the generated applications, separated by commas (default 5,25,100; none: no such part)
  --rounds N     how often what changes nothing is measured (default 5); updates that replace a container half as often
  --no-demo      leave the demo out
  --help         this text

Prints tables in Markdown, and at the end which bars were met. A missed bar is no failure: the exit code is 0 unless
something could not be measured. Set SLIPWAY_TEST_KEEP=1 to keep the projects, to look at them.`;

/**
 * Reads the command line.
 *
 * @throws Error naming the argument that is wrong and what would be right
 */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: "string", default: "5,25,100" },
      rounds: { type: "string", default: "5" },
      "no-demo": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const sizes = values.sizes === "none" ? [] : values.sizes.split(",").map((size) => count("--sizes", size));
  return { demo: !values["no-demo"], sizes, rounds: count("--rounds", values.rounds) };
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${option} takes whole numbers from 1 on, as in ${option} 5; found ${JSON.stringify(text)}.`);
  }
  return value;
}

#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { text as readAll } from "node:stream/consumers";
import { keyFile, print, printJson, stageIdentities, tell } from "slipway/engine";
import { plan, progress, said, summary } from "./display";
import { plain, veiled } from "./resource";
import { readProject } from "./settings";
import { Refused, Stage, type Run, type Told } from "./stage";

const usage = `Usage: slipway-runner <command> -s <stage> [options]

Brings a stage up on this machine's Docker Engine without the Pulumi CLI: for a first look, and for tests. It reads the same
program and the same Pulumi.<stage>.yaml; it is not Pulumi's engine. What it does not know it refuses by name.

  up        show what would change, ask, and do it
  preview   show what would change
  down      take the stage down; volumes with data stay
  history   what ran when
  outputs   what the stage tells of itself
  key       the private key that the stage's backups are read with, for slipway restore --identity
  config    set KEY [VALUE] [--secret], get KEY, rm KEY; a value that is not given is read from standard input

  -s, --stack <stage>         the stage
  -y, --yes                   do not ask
      --skip-preview          do not show first what would change
      --expect-no-changes     end with an error where something would change or did (preview, up)
      --secret                keep the setting encrypted (config set)
      --show-secrets          show secrets as they are (outputs)
      --json                  print JSON (preview, history, outputs)
  -C, --cwd <folder>          the project's folder; default: this one
      --state <folder>        where the runner keeps what it knows; default: .slipway-runner in the project's folder,
                              or SLIPWAY_RUNNER_STATE
  -h, --help                  say this

Secrets are kept with the passphrase in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, as Pulumi keeps them.
With Pulumi installed (https://www.pulumi.com/docs/install/), move on by: slipway-runner down -s <stage>; pulumi stack init
<stage>; pulumi up -s <stage>. Volumes are found again by their names.`;

const options = {
  stack: { type: "string", short: "s" },
  yes: { type: "boolean", short: "y" },
  "skip-preview": { type: "boolean" },
  "expect-no-changes": { type: "boolean" },
  secret: { type: "boolean" },
  "show-secrets": { type: "boolean" },
  json: { type: "boolean" },
  cwd: { type: "string", short: "C" },
  state: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];
type Command = (stage: Stage, options: Options, args: string[]) => Promise<void> | void;

const commands: Record<string, Command | undefined> = {
  up: async (stage, given) => {
    introduce();
    if (!given["skip-preview"]) {
      const run = await stage.preview(teller());
      conclude(run, given);
      print(run.steps.length > 0 ? `${plan(run.steps)}\n` : "Nothing would change.\n");
      if (!given.yes && run.steps.length > 0) await confirm(`Do this in ${stage.name}?`);
    }
    await carryOut((told) => stage.up(told), given);
  },
  preview: async (stage, given) => {
    const { steps, outputs, ...run } = await stage.preview(teller(given.json ? tell : print));
    const changes = steps.map(({ op, type, name }) => ({ op, type, name }));
    if (given.json) printJson({ changes, outputs: veiled(outputs) });
    else if (!run.failure) print(steps.length > 0 ? plan(steps) : "Nothing would change.");
    conclude({ steps, outputs, ...run }, given);
  },
  down: async (stage, given) => {
    introduce();
    if (!given.yes) await confirm(`Take ${stage.name} down? Volumes with data stay.`);
    await carryOut((told) => stage.down(told), given);
  },
  history: (stage, { json }) => {
    if (json) return printJson(stage.history);
    for (const { startTime, kind, result, resourceChanges } of stage.history) {
      const changes = Object.entries(resourceChanges).map(([done, number]) => `${number} ${done}`);
      print([startTime, kind.padEnd(7), result.padEnd(9), changes.join(", ") || "no changes"].join("  "));
    }
  },
  outputs: (stage, given) => {
    const show = given["show-secrets"] ? plain : veiled;
    printJson(show(stage.outputs));
  },
  key: (stage) => {
    const found = stage.key;
    if (!found)
      throw new Error(`The stage ${stage.name} has no key yet: slipway-runner up -s ${stage.name} makes one.`);
    print(keyFile({ project: stage.projectName, stage: stage.name }, stageIdentities(found)));
  },
  config: async ({ settings }, given, [action, key, value]) => {
    if (!action || !key || !["set", "get", "rm"].includes(action)) {
      throw new Error("config takes set KEY [VALUE], get KEY or rm KEY, such as config set slipway:env.WEB_PORT 8080.");
    }
    if (action === "set") return settings.set(key, value ?? (await readAll(process.stdin)).trimEnd(), !!given.secret);
    if (action === "rm") return settings.remove(key);
    const found = settings.get(key);
    if (found === undefined) throw new Error(`The setting ${key} is not set.`);
    // For programs: exactly as it was given.
    process.stdout.write(`${found}\n`);
  },
};

async function main(): Promise<void> {
  const { values: given, positionals } = parseArgs({ options, allowPositionals: true });
  const [name, ...args] = positionals;
  if (given.help || !name) return print(usage);
  const command = commands[name];
  if (!command) throw new Error(`There is no command ${name}: see slipway-runner --help.`);
  if (!given.stack) throw new Error("Name the stage, as in -s staging.");
  const project = readProject(resolve(given.cwd ?? "."));
  const states = given.state ?? process.env["SLIPWAY_RUNNER_STATE"] ?? join(project.folder, ".slipway-runner");
  // The program leaves it out of what it builds, wherever it is.
  process.env["SLIPWAY_RUNNER_STATE"] = resolve(states);
  const stage = new Stage(project, given.stack, states);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stage.interrupt());
  await command(stage, given, args);
}

function introduce(): void {
  print(
    "Slipway's embedded runner is at work: for trying on this machine. For Pulumi's engine install it: https://www.pulumi.com/docs/install/\n",
  );
}

async function carryOut(work: (told: Told) => Promise<Run>, given: Options): Promise<void> {
  const start = performance.now();
  const run = await work(teller());
  print(`\n${summary(run.steps, (performance.now() - start) / 1000)}`);
  conclude(run, given);
}

/** Tells how a run ended, and ends the command with an error where it failed. */
function conclude({ failure, steps }: Run, given: Options): void {
  if (failure) {
    if (!shown.has(failure) && !(failure instanceof Refused)) tell(`error: ${failure.message}`);
    process.exit(1);
  }
  if (given["expect-no-changes"] && steps.length > 0) {
    tell("error: no changes were expected, but changes occurred.");
    process.exit(1);
  }
}

/** Failures that were told when they came up. */
const shown = new Set<Error>();

function teller(show: (line: string) => void = print): Told {
  return {
    log: (severity, message) => show(severity === "info" ? message : `${severity}: ${message}`),
    say: (step, line) => show(said(step, line)),
    watch: (step, moment, failure) => {
      show(progress(step, moment));
      if (failure) show(`error: ${step.name}: ${failure.message}`);
      if (failure) shown.add(failure);
    },
  };
}

async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new Error("Nobody is there to be asked: say --yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was done.");
}

main().catch((error: unknown) => {
  tell(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

#!/usr/bin/env node
import { backup } from "./backup";
import { backups } from "./backups";
import { approve } from "./approve";
import { keys } from "./keys";
import { recover } from "./recover";
import { releases } from "./releases";
import { restore } from "./restore";
import { sign } from "./sign";
import { verify } from "./verify";
import { print, tell } from "../errors/print";

/** A sub-command: gets what was written behind its name, and prints. */
type Command = (args: string[]) => Promise<void>;

const commands: Record<string, { run: Command; about: string }> = {
  releases: { run: releases, about: "list the verified releases of the ledger, and which stage runs which" },
  backup: { run: backup, about: "take a backup of a stage's data now" },
  backups: { run: backups, about: "list the backups of a stage" },
  restore: { run: restore, about: "bring a stage's data back from a backup, or try one out" },
  verify: { run: verify, about: "tell whether a release, and what runs, is what was signed" },
  approve: { run: approve, about: "approve a release for a stage with a signature of your own" },
  sign: { run: sign, about: "sign what bears no signature yet, after a look" },
  keys: { run: keys, about: "list the keys by which releases are known, or have a stage's key changed" },
  recover: { run: recover, about: "clear up after an update that was killed" },
};

const usage = `Usage: slipway <command> [options]

${Object.entries(commands)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join("\n")}

Run it in the project's folder; slipway <command> --help tells a command's options.`;

async function main([name, ...args]: string[]): Promise<void> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    print(usage);
    return;
  }
  const command = commands[name];
  if (!command) {
    throw new Error(`There is no command ${name}.\n\n${usage}`);
  }
  await command.run(args);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

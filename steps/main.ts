#!/usr/bin/env node
import { backup } from "./backup";
import { build } from "./build";
import { copy } from "./copy";
import { cutover } from "./cutover";
import { introduce } from "./introduce";
import { job } from "./job";
import { mint } from "./mint";
import { record } from "./record";
import type { Step } from "./step";

/** What the command resources of a stage run: each reads its input as JSON and prints its result as JSON. */
const steps: Record<string, Step> = { backup, build, copy, cutover, introduce, job, mint, record };

async function main(): Promise<void> {
  const step = steps[process.argv[2] ?? ""];
  if (!step) {
    throw new Error(
      `This program is run by Slipway's command resources, with one of ${Object.keys(steps).join(", ")}.`,
    );
  }
  const input = JSON.parse(await readInput()) as never;
  // A line at a time on standard error is what Pulumi shows while the step runs.
  const result = await step(input, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(JSON.stringify(result));
}

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString("utf8");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

#!/usr/bin/env node
import { Engine } from "../docker/engine";
import { engineOn } from "../machine/engineOf";
import { printable } from "../errors/printable";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Step } from "./step";

/** As components/machine/steps.ts has it, which loads more than a step needs. */
const reachedBy = "SLIPWAY_MACHINE";

/**
 * What the command resources of a stage run: each reads its input as JSON and prints its result as JSON. A step loads what it
 * needs and no more, because an update waits for each of them.
 */
const steps: Record<string, () => Promise<Step>> = {
  backup: async () => (await import("./backup.js")).backup,
  bring: async () => (await import("./copyRelease.js")).bring,
  build: async () => {
    const { build } = await import("./build.js");
    return (input: Parameters<typeof build>[0], say, engine) => build(input, say, engine);
  },
  bundle: async () => {
    const { bundle } = await import("./bundle.js");
    return (input: Parameters<typeof bundle>[0], say) => bundle(input, say);
  },
  copy: async () => (await import("./copy.js")).copy,
  cutover: async () => (await import("./cutover.js")).cutover,
  disconnect: async () => (await import("./disconnect.js")).disconnect,
  engine: async () => (await import("./engine.js")).engine,
  entrypoint: async () => (await import("./entrypoint.js")).entrypoint,
  fill: async () => {
    const { fill } = await import("./fill.js");
    return (input: Parameters<typeof fill>[0], say, engine) => fill(input, say, engine);
  },
  handBack: async () => (await import("./handBack.js")).handBack,
  healthy: async () => (await import("./healthy.js")).healthy,
  introduce: async () => (await import("./introduce.js")).introduce,
  lead: async () => (await import("./lead.js")).lead,
  key: async () => {
    const { key } = await import("./key.js");
    return (input: Parameters<typeof key>[0], say) => key(input, say);
  },
  job: async () => (await import("./job.js")).job,
  mint: async () => {
    const { mint } = await import("./name.js");
    return (input: Parameters<typeof mint>[0], say) => mint(input, say);
  },
  ready: async () => (await import("./ready.js")).ready,
  record: async () => (await import("./record.js")).record,
  unpack: async () => (await import("./unpack.js")).unpack,
};

/** Steps that have nothing to do on the stage's machine, which may be gone. */
const elsewhere = ["disconnect"];

async function main(): Promise<void> {
  const name = process.argv[2] ?? "";
  const load = steps[name];
  if (!load) {
    throw new Error(
      `This program is run by Slipway's command resources, with one of ${Object.keys(steps).join(", ")}.`,
    );
  }
  const text = await readInput();
  const input = (name === "handBack" ? lines(text) : JSON.parse(text)) as { registry?: RegistryPlan };
  const step = await load();
  const here = Engine.here(process.env);
  const folder = elsewhere.includes(name) ? undefined : process.env[reachedBy] || undefined;
  try {
    const engine = await (name === "handBack" ? reachedAtLast(folder, here) : engineOn(folder, here, input.registry));
    process.stdout.write(JSON.stringify(await step(input as never, tell, engine, folder)));
  } finally {
    if (folder !== undefined) await (await import("../machine/ssh/tunnels.js")).closeTunnels();
  }
}

/** A line at a time on standard error is what Pulumi shows while the step runs, and all of it where the step fails. */
function tell(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** For what runs because an update has ended, perhaps since the way to the machine was lost: it is tried again for ten minutes. */
async function reachedAtLast(folder: string | undefined, here: Engine): Promise<Engine> {
  const until = Date.now() + 600_000;
  for (;;) {
    try {
      return await engineOn(folder, here);
    } catch (error) {
      if (Date.now() > until) throw error;
      await (await import("../machine/ssh/tunnels.js")).closeTunnels();
      await new Promise((done) => setTimeout(done, 10_000));
    }
  }
}

/** What comes line by line while another process goes on; the last line of one that was killed may not be whole. */
function lines(text: string): unknown[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString("utf8");
}

main().catch((error: unknown) => {
  tell(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

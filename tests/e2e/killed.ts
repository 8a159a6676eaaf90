import { readProject } from "../../runner/settings";
import { Stage } from "../../runner/stage";
import * as docker from "../../runner/kinds/docker";
import { command } from "../../runner/kinds/command";
import type { Kind } from "../../runner/kinds/kind";

/**
 * Brings a stage up on the embedded runner, and kills it at one of its points: before a step, after its work and before
 * that is written down, or after it. Everything that it has started dies with it.
 *
 * Usage: killed.ts <project folder> <stage> <point, counted from 1; 0: none>. Prints each point that it came by.
 */
const [folder = ".", name = "", at = "0"] = process.argv.slice(2);
let passed = 0;

function point(what: string): void {
  passed++;
  console.log(`point ${passed}: ${what}`);
  // Its own group: the program and the commands that it runs are of it.
  if (passed === Number(at)) process.kill(0, "SIGKILL");
}

for (const [type, kind] of Object.entries({ ...docker, command }) as [string, Kind][]) {
  const { create, remove } = kind;
  kind.create = async (inputs, hands) => {
    const made = await create(inputs, hands);
    point(`a ${type} is made and not written down`);
    return made;
  };
  if (remove) {
    kind.remove = async (...args) => {
      await remove(...args);
      point(`a ${type} is gone and not written down`);
    };
  }
}

async function main(): Promise<void> {
  const stage = new Stage(readProject(folder), name, process.env["SLIPWAY_RUNNER_STATE"] ?? "");
  const { failure } = await stage.up({
    log: (severity, line) => console.log(`${severity}: ${line}`),
    say: () => undefined,
    watch: (step, moment) => point(`${moment} ${step.op} of ${step.name}`),
  });
  if (failure) {
    console.log(`error: ${failure.message}`);
    process.exit(1);
  }
}

void main();

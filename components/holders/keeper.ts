import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { StageId } from "../../docker/labels";
import { reachedBy } from "../machine/steps";
import { stepProgram } from "../step";
import type { Keeper } from "../../docker/holders/holders";
import { folderOfKeepers, keepersDone } from "../../docker/holders/keepers";

/**
 * A process of its own that outlives this one, however this one ends: it reads what was stopped on its standard input, which ends when
 * this process does, and then looks whether all of it was for something that has become well (steps/handBack.ts).
 *
 * @param stage whose containers it looks after
 * @param machine where it finds what `ssh` reads, relative to the project; undefined: the stage is on this machine
 */
export function processKeeper(stage: StageId, machine: string | undefined): Keeper {
  const folder = folderOfKeepers(stage);
  let keeper: ReturnType<typeof begin> | undefined;
  return {
    othersDone: () => keepersDone(stage, keeper?.pid),
    async note(stopped) {
      keeper ??= begin(stage, machine, folder);
      const { stdin } = keeper;
      await new Promise<void>((done, fail) =>
        stdin.write(`${JSON.stringify(stopped)}\n`, (error) => (error ? fail(error) : done())),
      );
    },
    lookAt(stopped) {
      begin(stage, machine, folder).stdin.end(`${JSON.stringify(stopped)}\n`);
    },
    release() {
      keeper?.stdin.write("null\n");
    },
  };
}

function begin(stage: StageId, machine: string | undefined, folder: string): ChildProcessByStdio<Writable, null, null> {
  const child = spawn(process.execPath, [stepProgram(), "handBack"], {
    // The keeper has to outlive this process, also where its whole process group is ended.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, ...(machine === undefined ? {} : { [reachedBy]: machine }) },
  });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  child.stdin.write(`${JSON.stringify(stage)}\n`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, String(child.pid)), "");
  return child;
}

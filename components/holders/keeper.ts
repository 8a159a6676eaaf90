import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { StageId } from "../../docker/labels";
import { reachedBy } from "../machine/steps";
import { stepProgram } from "../step";
import type { Keeper } from "../../docker/holders/holders";

/** How long, in milliseconds, the keeper of an earlier update is waited for: it may have to stop a container with a long grace. */
const limit = 180_000;

/**
 * A process of its own that outlives this one, however this one ends: it reads what was stopped on its standard input, which ends when
 * this process does, and then looks whether all of it was for something that has become well (steps/handBack.ts).
 *
 * @param stage whose containers it looks after
 * @param machine where it finds what `ssh` reads, relative to the project; undefined: the stage is on this machine
 */
export function processKeeper(stage: StageId, machine: string | undefined): Keeper {
  const folder = foldersOf(stage);
  let keeper: ReturnType<typeof begin> | undefined;
  return {
    async othersDone() {
      const until = Date.now() + limit;
      while (alive(folder, keeper?.pid)) {
        if (Date.now() > until) {
          throw new Error(
            `An earlier update of ${stage.stage} is still bringing back what it had stopped, as its file in ${folder} says: wait for its end, then run the command again.`,
          );
        }
        await pause(200);
      }
    },
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
    // Whatever ends this process, and all that belongs to it, is not to end this one.
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

/** A folder with a file for each keeper of a stage, named after its process. */
function foldersOf({ project, stage }: StageId): string {
  const key = createHash("sha256").update(`${process.cwd()}\n${project}\n${stage}`).digest("hex").slice(0, 12);
  return join(tmpdir(), `slipway-${userInfo().uid}`, `${project}-${stage}-${key}`);
}

/** Whether another keeper is at work; the files of those that are not go. */
function alive(folder: string, own: number | undefined): boolean {
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return false;
  }
  const others = files.map(Number).filter((pid) => pid !== own);
  const gone = others.filter((pid) => !isRunning(pid));
  gone.forEach((pid) => rmSync(join(folder, String(pid)), { force: true }));
  return gone.length < others.length;
}

/** Where it can be told, only a keeper counts: the numbers of processes are given out again. */
function isRunning(pid: number): boolean {
  try {
    if (existsSync("/proc/self/cmdline")) return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("handBack");
  } catch {
    return false;
  }
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { StageId } from "../labels";

/**
 * How long, in milliseconds, the keeper of an earlier update is waited for: it may be stopping a container with a long
 * grace.
 */
const limit = 180_000;

/**
 * Waits until no earlier update of a stage is starting its stopped containers again: until then the machine still
 * changes.
 *
 * @param own the process of this update's own keeper, where it has one
 * @param say gets one line, where there is anything to wait for
 * @throws Error where this takes longer than three minutes
 */
export async function keepersDone(stage: StageId, own?: number, say?: (line: string) => void): Promise<void> {
  const folder = folderOfKeepers(stage);
  const until = Date.now() + limit;
  for (let first = true; alive(folder, own); first = false) {
    if (first) say?.("An earlier update is still bringing back what it had stopped: waiting for its end.");
    if (Date.now() > until) {
      throw new Error(
        `An earlier update of ${stage.stage} is still bringing back what it had stopped, as its file in ${folder} says: wait for its end, then run the command again.`,
      );
    }
    await pause(200);
  }
}

/** A folder with a file for each keeper of a stage, named after its process. */
export function folderOfKeepers({ project, stage }: StageId): string {
  const key = createHash("sha256").update(`${process.cwd()}\n${project}\n${stage}`).digest("hex").slice(0, 12);
  return join(tmpdir(), `slipway-${userInfo().uid}`, `${project}-${stage}-${key}`);
}

/** Whether another keeper is at work; the files of ended ones are removed. */
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

/** Whether the process runs and, as far as that can be seen, is a keeper: numbers of processes are used again. */
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

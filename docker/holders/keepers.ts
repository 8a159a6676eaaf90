import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { StageId } from "../labels";

/** How long, in milliseconds, the keeper of an earlier update is waited for: it may have to stop a container with a long grace. */
const limit = 180_000;

/**
 * Waits until no earlier update of a stage is bringing back what it had stopped: until then the machine is not as it will be.
 *
 * @param own the process of this update's own keeper, where it has one
 * @param say is told, once, where there is anything to wait for
 * @throws Error where that does not come to its end
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

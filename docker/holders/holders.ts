import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { StageId } from "../labels";
import { listContainers, listVolumes } from "../api";
import { isData, named } from "./claims";
import { yieldingTo, type Claims, type Yielding } from "./handover";
import { beginning, isOver, seenAgain } from "./course";
import type { Stopped } from "./handBack";
import { calledPart, holders, runsOnce, type Holder, type Listed, type Part } from "./holder";

/** What sees to it that whatever two containers cannot hold at once has one holder at every moment. */
export interface Holders {
  /**
   * Stops all containers that a new one of a part cannot run beside, each with its own grace, just before that one is made.
   *
   * @throws Error where one cannot be stopped, or its data cannot be saved
   */
  yieldTo(part: Part): Promise<void>;
  /** The update has come to its end: nothing that was stopped is to run again. */
  settled(): void;
}

/** What starts again what was stopped in vain, once this process has ended. */
export interface Keeper {
  /** Waits until the keepers of earlier updates of the stage are done. */
  othersDone(): Promise<void>;
  /** Is told, and knows for good, what is about to be stopped. */
  note(stopped: Stopped): Promise<void>;
  /** Has what was stopped looked at now, while this process goes on, and started again where that was in vain. */
  lookAt(stopped: Stopped): void;
  /** Has nothing to do any more. */
  release(): void;
}

/** What {@link dockerHolders} works with. */
export interface HoldersArgs {
  stage: StageId;
  /** What the release to come holds. */
  next: Claims;
  keeper: Keeper;
  /** Saves the data that change their holder in this update, where nothing else has done so before; undefined where none do. */
  save?: () => Promise<void>;
  /** Is told of each thing that is stopped, in a line. */
  say: (line: string) => void;
  /** Makes the `docker` command talk to the stage's Engine, where it does not yet. */
  go?: () => Promise<void>;
}

/** The holders on the machine whose Docker Engine the `docker` command talks to. */
export function dockerHolders({ stage, next, keeper, save, say, go }: HoldersArgs): Holders {
  let saved: Promise<void> | undefined;
  let isSettled = false;
  return {
    async yieldTo(part) {
      // What runs once and holds nothing needs no room.
      if (runsOnce(part) && !next[part]?.length) return;
      await go?.();
      await keeper.othersDone();
      if (yieldingTo(part, next, await stageHolders(stage)).length === 0) return;
      // Before the first of them stops: what holds the data can be stopped for its own successor as well, which then has its ports.
      await (saved ??= save?.());
      const before = await stageHolders(stage);
      const yielding = yieldingTo(part, next, before);
      const stopped = { part, stopped: yielding.map(({ holder }) => holder), before };
      await keeper.note(stopped);
      yielding.forEach((one) => say(told(one, part)));
      await Promise.all(yielding.map(({ holder }) => stop(holder)));
      if ([part, ...yielding.map(({ holder }) => holder.part)].every(leads))
        void watchOver(stage, stopped, keeper, () => isSettled);
    },
    settled() {
      isSettled = true;
      keeper.release();
    },
  };
}

/** What callers come through. It holds no data of theirs, so it need not wait for the end of an update that has failed. */
function leads(part: Part): boolean {
  return part === "role edge" || part.startsWith("door ");
}

/** Has what was stopped looked at as soon as its successor's course is over: what else is under way may take the update minutes. */
async function watchOver(stage: StageId, stopped: Stopped, keeper: Keeper, isSettled: () => boolean): Promise<void> {
  let course = beginning(Date.now());
  while (!isOver(course, Date.now())) {
    await pause(500, undefined, { ref: false });
    if (isSettled()) return;
    const all = await stageHolders(stage).catch(() => undefined);
    course = seenAgain(course, stopped, all, Date.now());
  }
  keeper.lookAt(stopped);
}

/** The containers of a stage that may hold something, oldest first. */
export async function stageHolders({ project, stage }: StageId): Promise<Holder[]> {
  const [listed, volumes] = await Promise.all([
    listContainers<Listed>([`slipway.project=${project}`, `slipway.stage=${stage}`]),
    listVolumes(),
  ]);
  // The Engine lists the newest first.
  return holders(listed, volumes).reverse();
}

/** Without a time of its own in the command, so that the Engine gives it the one that it was made with. */
async function stop({ id, name }: Holder): Promise<void> {
  try {
    await promisify(execFile)("docker", ["stop", id]);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    if (/no such container/i.test(stderr)) return;
    throw new Error(`The container ${name} cannot be stopped: ${stderr.trim() || String(error)}`, { cause: error });
  }
}

function told({ holder, for: claims }: Yielding, part: Part): string {
  const [old, next] = [calledPart(holder.part), calledPart(part)];
  if (holder.part === part)
    return `${old} is stopped before its new container is made, and runs again unless that becomes well`;
  const what = claims.map(named).join(" and ");
  const kept = claims.some(isData) ? " with all that was written" : "";
  return `${old} is stopped, so that ${next} can have ${what}${kept}; unless ${next} becomes well, ${old} runs again`;
}

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

/** Keeps every claim with one holder at a time. */
export interface Holders {
  /**
   * Stops all containers that a new one cannot run beside, each with its own grace, just before the new one is made.
   *
   * @param part the new container's
   * @throws Error where one cannot be stopped, or its data cannot be saved
   */
  yieldTo(part: Part): Promise<void>;
  /** Ends the update well: no stopped container is to run again. */
  settled(): void;
}

/** Starts again the containers that were stopped in vain, once this process has ended. */
export interface Keeper {
  /** Waits until the keepers of earlier updates of the stage are done. */
  othersDone(): Promise<void>;
  /** Records for good that containers are about to be stopped. */
  note(stopped: Stopped): Promise<void>;
  /** Looks at stopped containers now, while this process goes on, and starts again those that were stopped in vain. */
  lookAt(stopped: Stopped): void;
  /** Ends the keeper's work. */
  release(): void;
}

/** The surroundings of {@link dockerHolders}. */
export interface HoldersArgs {
  stage: StageId;
  /** The claims of the release to come. */
  next: Claims;
  keeper: Keeper;
  /**
   * Saves the data that change their holder in this update, unless another step has done so; undefined where no data
   * do.
   */
  save?: () => Promise<void>;
  /** Gets a line for each stopped container. */
  say: (line: string) => void;
  /** Points the `docker` command at the stage's Engine, where it is not yet. */
  go?: () => Promise<void>;
}

/** The holders on the Engine that the `docker` command talks to. */
export function dockerHolders({ stage, next, keeper, save, say, go }: HoldersArgs): Holders {
  let saved: Promise<void> | undefined;
  let isSettled = false;
  return {
    async yieldTo(part) {
      // A job or a check without claims needs no room.
      if (runsOnce(part) && !next[part]?.length) return;
      await go?.();
      await keeper.othersDone();
      if (yieldingTo(part, next, await stageHolders(stage)).length === 0) return;
      // Before the first of them stops: the holder of the data may also be stopped for its own successor, which then
      // has its ports.
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

/**
 * Whether callers come through the part. It holds no data of theirs, so it need not wait for the end of an update that
 * has failed.
 */
function leads(part: Part): boolean {
  return part === "role edge" || part.startsWith("door ");
}

/**
 * Looks at stopped containers as soon as their successor's course is over, because the rest of the update may take
 * minutes.
 */
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

/** The command names no time, so that the Engine uses the container's own. */
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

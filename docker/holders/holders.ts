import { setTimeout as pause } from "node:timers/promises";
import { unlessGone } from "../ask";
import { listContainers, stopContainers } from "../containers";
import type { Engine } from "../engine";
import type { StageId } from "../labels";
import { listVolumes } from "../volumes";
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
  /**
   * Comes before a container is stopped for its own successor, with all of the stage: lets end what is under way on it.
   */
  quieten?: (engine: Engine, holder: Holder, all: readonly Holder[]) => Promise<void>;
  /** Gets a line for each stopped container. */
  say: (line: string) => void;
  /** Gives the Engine of the stage's machine, once that is there. */
  on: () => Promise<Engine>;
}

/** The holders on a machine. */
export function dockerHolders({ stage, next, keeper, save, quieten, say, on }: HoldersArgs): Holders {
  let saved: Promise<void> | undefined;
  let isSettled = false;
  return {
    async yieldTo(part) {
      // A job or a check without claims needs no room.
      if (runsOnce(part) && !next[part]?.length) return;
      const engine = await on();
      await keeper.othersDone();
      if (yieldingTo(part, next, await stageHolders(engine, stage)).length === 0) return;
      // Before the first of them stops: the holder of the data may also be stopped for its own successor, which then
      // has its ports.
      await (saved ??= save?.());
      const before = await stageHolders(engine, stage);
      const yielding = yieldingTo(part, next, before);
      const stopped = { part, stopped: yielding.map(({ holder }) => holder), before };
      await keeper.note(stopped);
      yielding.forEach((one) => say(told(one, part)));
      await Promise.all(
        yielding.map(async ({ holder }) => {
          if (holder.part === part) await quieten?.(engine, holder, before);
          await stop(engine, holder);
        }),
      );
      if ([part, ...yielding.map(({ holder }) => holder.part)].every(leads))
        void watchOver(engine, stage, stopped, keeper, () => isSettled);
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
async function watchOver(
  engine: Engine,
  stage: StageId,
  stopped: Stopped,
  keeper: Keeper,
  isSettled: () => boolean,
): Promise<void> {
  let course = beginning(Date.now());
  while (!isOver(course, Date.now())) {
    await pause(500, undefined, { ref: false });
    if (isSettled()) return;
    const all = await stageHolders(engine, stage).catch(() => undefined);
    course = seenAgain(course, stopped, all, Date.now());
  }
  keeper.lookAt(stopped);
}

/** The containers of a stage that may hold something, oldest first. */
export async function stageHolders(engine: Engine, { project, stage }: StageId): Promise<Holder[]> {
  const [listed, volumes] = await Promise.all([
    listContainers<Listed>(engine, { "slipway.project": project, "slipway.stage": stage }),
    listVolumes(engine),
  ]);
  // The Engine lists the newest first.
  return holders(listed, volumes).reverse();
}

async function stop(engine: Engine, { id, name }: Holder): Promise<void> {
  await stopContainers(engine, [id])
    .catch(unlessGone(undefined))
    .catch((error: unknown) => {
      throw new Error(`The container ${name} cannot be stopped: ${(error as Error).message}`, { cause: error });
    });
}

function told({ holder, for: claims }: Yielding, part: Part): string {
  const [old, next] = [calledPart(holder.part), calledPart(part)];
  if (holder.part === part)
    return `${old} is stopped before its new container is made, and runs again unless that becomes well`;
  const what = claims.map(named).join(" and ");
  const kept = claims.some(isData) ? " with all that was written" : "";
  return `${old} is stopped, so that ${next} can have ${what}${kept}; unless ${next} becomes well, ${old} runs again`;
}

import type { Stopped } from "./handBack";
import type { Holder } from "./holder";

/** The course of a container that replaces another one; all times in milliseconds since 1970. */
export interface Course {
  /** From when it can be made: the containers in its way have stopped. */
  begun: number;
  /** When it was first seen. */
  made?: number;
  /** Since when it has been stopped or gone. */
  ended?: number;
}

/** How long, in milliseconds, the engine of the update may take until it asks for the container. */
const asking = 30_000;

/**
 * How long, in milliseconds, a new container may stand still: between being made and started, or between two starts.
 */
const standing = 3000;

/** How long, in milliseconds, the engine waits for it to become healthy (components/edge/edge.ts), and a little more. */
const becoming = 65_000;

/** The course of a container that can be made from now on, in milliseconds since 1970. */
export function beginning(now: number): Course {
  return { begun: now };
}

/** @param all the stage's containers now; undefined where the Engine did not answer: then each counts as running */
export function seenAgain(
  { begun, made, ended }: Course,
  { part, before }: Stopped,
  all: readonly Holder[] | undefined,
  now: number,
): Course {
  const found = all?.filter((one) => one.part === part && !before.some(({ id }) => id === one.id)) ?? [];
  const first = made ?? (found.length > 0 ? now : undefined);
  const runs = all === undefined || found.some(({ isRunning }) => isRunning);
  return { begun, made: first, ended: first === undefined || runs ? undefined : (ended ?? now) };
}

/** Whether the container is well, or will no longer become well in this update. */
export function isOver({ begun, made, ended }: Course, now: number): boolean {
  if (made === undefined) return now - begun >= asking;
  return now - made >= becoming || (ended !== undefined && now - ended >= standing);
}

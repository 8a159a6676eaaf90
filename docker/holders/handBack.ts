import { collide } from "./claims";
import type { Holder, Part } from "./holder";

/** A container that was about to be made, and the containers that were stopped for it. */
export interface Stopped {
  /** The new container's part. */
  part: Part;
  /** The containers that were stopped, oldest first. */
  stopped: Holder[];
  /** All containers of the stage as they were before. */
  before: Holder[];
}

/** A container of a stage after an update has ended. */
export interface Seen extends Holder {
  isWell: boolean;
}

/** The steps by which containers that were stopped in vain run again. */
export interface HandBack {
  /** The containers that never became well. */
  stop: Seen[];
  start: Holder[];
}

/**
 * Decides which containers run again after an update has ended: those that were stopped for one that was never made, or
 * never became well. None starts beside its own successor, or beside a container that holds something it wants. A
 * container that ran beside it before may run beside it again: the new container of a service, for example, whose old
 * one was stopped for a check.
 *
 * @param handovers in the order in which they were made
 * @param seen the stage's containers now
 */
export function handBack(handovers: readonly Stopped[], seen: readonly Seen[]): HandBack {
  const stop: Seen[] = [];
  const start: Holder[] = [];
  const running = (): Seen[] => seen.filter((one) => one.isRunning && !stop.includes(one));
  const isNew = ({ id }: Seen, before: readonly Holder[]): boolean => !before.some((known) => known.id === id);
  const vain = handovers.filter(({ part, before }) => {
    const made = running().filter((one) => one.part === part && isNew(one, before));
    // A check that runs on has no update any more that it could tell of its end.
    if (!part.startsWith("check ") && made.some(({ isWell }) => isWell)) return false;
    stop.push(...made);
    return true;
  });
  // The last one first: a container that was stopped for it may itself be the reason why another one was stopped.
  for (const { stopped, before } of vain.reverse()) {
    for (const old of stopped) {
      const isThere = seen.some(({ id, isRunning }) => id === old.id && !isRunning);
      if (!isThere || start.some((one) => one.part === old.part)) continue;
      const mayStayBeside = (one: Holder): boolean =>
        before.some((known) => known.isRunning && known.part === one.part && inTheWay(known, old));
      const ranBeside = ({ id }: Seen): boolean => before.some((known) => known.isRunning && known.id === id);
      const holders = running().filter(
        (one) => !ranBeside(one) && (one.part === old.part || (inTheWay(one, old) && !mayStayBeside(one))),
      );
      // Containers of the same update that are not well give way, even where nothing was stopped for them.
      if (holders.some((one) => one.isWell || !isNew(one, before))) continue;
      stop.push(...holders);
      start.push(old);
    }
  }
  return { stop, start };
}

/**
 * The running containers that would be a second holder of something beside containers that are to start.
 *
 * @param starting names or ids of those that are to start
 * @param kept names or ids of all that the release is made of
 */
export function beside(starting: readonly string[], kept: readonly string[], all: readonly Holder[]): Holder[] {
  const among = (names: readonly string[], { id, name }: Holder): boolean => names.includes(id) || names.includes(name);
  const next = all.filter((one) => among(starting, one));
  return all.filter(
    (one) =>
      one.isRunning && !among(kept, one) && next.some((other) => one.part === other.part || inTheWay(one, other)),
  );
}

function inTheWay(one: Holder, other: Holder): boolean {
  return one.claims.some((held) => other.claims.some((claim) => collide(claim, held)));
}

import type { Group } from "./groups";

/** Which groups a run wants: the core, all of them, or the core and then as many others as its time has room for. */
export type Ring = "core" | "all" | "within";

/** What a project's history says of a run. */
export interface History {
  /** Files that changed lately, as paths from the project's folder. */
  changed: readonly string[];
  /** How many commits there are; each further one puts another group first among those that take turns. */
  commits: number;
}

/**
 * The groups of a ring in the order in which they begin: the core first, and of each part the longest first, so that
 * none of them is begun last. Where time is short, those come next that cover what changed, then the others by turns.
 */
export function chosen(groups: readonly Group[], ring: Ring, { changed, commits }: History): Group[] {
  const core = longestFirst(groups.filter((group) => group.core));
  if (ring === "core") return core;
  const rest = groups.filter((group) => !group.core);
  if (ring === "all") return longestFirst([...core, ...rest]);
  const touched = rest.filter((group) => changed.some((file) => covers(group, file)));
  const others = rest.filter((group) => !touched.includes(group));
  return [...core, ...byTurns(touched, commits), ...byTurns(others, commits)];
}

/** How far a run is. */
export interface Progress {
  /** Minutes since the run began. */
  now: number;
  /** The minute by which it is to be over; undefined: it takes the time that it takes. */
  within?: number;
  /** How many times longer the groups take that are over than their minutes say. */
  pace: number;
}

/** The group to begin next: the first that is of the core, or will be over in time. */
export function next(waiting: readonly Group[], { now, within, pace }: Progress): Group | undefined {
  return waiting.find((group) => group.core || within === undefined || now + group.minutes * pace <= within);
}

/**
 * The groups that a run leaves out whose groups take the minutes that are said of them: lane by lane, as {@link next} gives them out.
 */
export function leftOut(groups: readonly Group[], { within, from, lanes }: Budget): Group[] {
  const waiting = [...groups];
  const free = Array.from({ length: lanes }, () => from);
  for (;;) {
    const now = Math.min(...free);
    const group = next(waiting, { now, within, pace: 1 });
    if (!group) return waiting;
    waiting.splice(waiting.indexOf(group), 1);
    free[free.indexOf(now)] = now + group.minutes;
  }
}

/** The time that a run has. */
export interface Budget {
  /** The minute by which it is to be over. */
  within: number;
  /** The minute in which its first group begins. */
  from: number;
  /** How many groups run at a time. */
  lanes: number;
}

/** After how many minutes groups are over that all run, in their order. */
export function wholeTime(groups: readonly Group[], { from, lanes }: Omit<Budget, "within">): number {
  const free = Array.from({ length: lanes }, () => from);
  for (const { minutes } of groups) {
    const now = Math.min(...free);
    free[free.indexOf(now)] = now + minutes;
  }
  return Math.max(...free);
}

/**
 * The groups that none of some runs had time for.
 *
 * @param histories of each of these runs
 */
export function neverRun(groups: readonly Group[], histories: readonly History[], budget: Budget): Group[] {
  const left = histories.map((history) => leftOut(chosen(groups, "within", history), budget));
  return groups.filter((group) => left.length > 0 && left.every((one) => one.includes(group)));
}

/**
 * How many times longer the groups took than their minutes say; 1 where they took less, since a short group says
 * little of a long one.
 */
export function paceOf(over: readonly { group: Group; took: number }[]): number {
  const said = over.reduce((all, { group }) => all + group.minutes, 0);
  const took = over.reduce((all, one) => all + one.took, 0);
  return said === 0 ? 1 : Math.max(1, took / said);
}

/** After how many minutes a group is ended, as it hangs. */
export function limitOf(group: Group): number {
  return group.minutes * 3 + 5;
}

function longestFirst(groups: readonly Group[]): Group[] {
  return [...groups].sort((a, b) => b.minutes - a.minutes);
}

function byTurns(groups: readonly Group[], commits: number): Group[] {
  const first = groups.length === 0 ? 0 : commits % groups.length;
  return [...groups.slice(first), ...groups.slice(0, first)];
}

function covers(group: Group, file: string): boolean {
  const own = group.specs.map((spec) => `tests/e2e/${spec}.spec.ts`);
  return [...own, ...group.covers].some((path) => file === path || file.startsWith(`${path}/`));
}

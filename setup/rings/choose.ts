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
 * How many times longer the groups took than their minutes say; 1 where they took less, since a short group says
 * little of a long one.
 */
export function paceOf(over: readonly { group: Group; took: number }[]): number {
  const said = over.reduce((all, { group }) => all + group.minutes, 0);
  const took = over.reduce((all, one) => all + one.took, 0);
  return said === 0 ? 1 : Math.max(1, took / said);
}

/** After how many minutes a group that has not ended counts as one that never will. */
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

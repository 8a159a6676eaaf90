import type { Point } from "./running";

/** By this it says that it pulls the image that another edition has. */
export const pull = /^RemoteImage \S*web-image creating/;

/** A phase's name, what an update says when it is in it, and which of several such points is meant. */
type Phase = [string, RegExp, "first" | "longest"];

/** The phases of a promotion. A cutover says several things; what it says for the longest is the watch. */
const phases: Phase[] = [
  ["backup", /^Command app-backup-\S+ updating/, "longest"],
  ["pull", pull, "first"],
  ["create", /^Container \S+-web creating/, "first"],
  ["cutover", /^Command app-cutover updating/, "first"],
  ["watch", /^Command app-cutover updating/, "longest"],
  ["record", /^Command app-record updating/, "first"],
];

/** Phases that not every promotion has. */
const more: Phase[] = [
  ["files", /^Container \S+-files-carrier creating/, "first"],
  ["what is stopped first", /^Container \S+-db creating/, "first"],
  ["job", /^Command app-jobs-\S+ updating/, "longest"],
];

/** In how many points {@link onePerPhase} ends. */
export const phaseCount = phases.length + 1;

/**
 * A point of each phase that every promotion has, and of one of the others.
 *
 * @param points what it did, one thing after the other
 * @param random which of the others, from 0 to 1
 * @throws Error naming a phase that it did not come through
 */
export function onePerPhase(points: readonly Point[], random: number): number[] {
  return [...phases, ...more.slice(Math.floor(random * more.length)).slice(0, 1)].map(([phase, says, which]) => {
    const found = points.flatMap(({ what, lasts }, index) => (says.test(what) ? [{ index, lasts }] : []));
    const [point] = which === "first" ? found : [...found].sort((a, b) => b.lasts - a.lasts);
    if (!point) throw new Error(`The promotion came through no ${phase}: ${points.map(({ what }) => what).join("; ")}`);
    return point.index;
  });
}

/** So many points of a promotion, the same distance apart. */
export function spread(points: readonly Point[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * points.length) / count));
}

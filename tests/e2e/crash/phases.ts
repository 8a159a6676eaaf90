import type { Point } from "./running";

/** The phases of a promotion, by what it says when it is in one. A cutover says several things; what it says for the longest is the watch. */
const phases: [string, RegExp, "first" | "longest"][] = [
  ["files", /^Container \S+-files-carrier creating/, "first"],
  ["backup", /^Command app-backup-\S+ updating/, "longest"],
  ["what is stopped first", /^Container \S+-db creating/, "first"],
  ["job", /^Command app-jobs-\S+ updating/, "longest"],
  ["create", /^Container \S+-web creating/, "first"],
  ["cutover", /^Command app-cutover updating/, "first"],
  ["watch", /^Command app-cutover updating/, "longest"],
  ["record", /^Command app-record updating/, "first"],
];

/**
 * A point of each phase of a promotion.
 *
 * @param points what it did, one thing after the other
 * @throws Error naming a phase that it did not come through
 */
export function onePerPhase(points: readonly Point[]): number[] {
  return phases.map(([phase, says, which]) => {
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

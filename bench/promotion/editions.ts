import type { Edition } from "./application";

/**
 * The releases of a run, from 1 on: each has a new web service, and every second one a new api as well, so that
 * promotions of one service alternate with promotions of two together.
 */
export function edition(number: number): Edition {
  return { web: `v${number}`, api: `v${number % 2 === 1 ? number : number - 1}` };
}

/** A release that production must not run: in turns, it never becomes healthy, or it fails its check. */
export function failing(number: number): Edition {
  return { ...edition(number), fails: number % 2 === 0 ? "check" : "health" };
}

/** How many services differ between two releases. */
export function changed(from: Edition, to: Edition): number {
  return Number(from.web !== to.web || from.fails !== to.fails) + Number(from.api !== to.api);
}

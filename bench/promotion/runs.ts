import type { Figures } from "./load/figures";
import type { Split } from "./times/split";

/** The groups of measurements, in their order. */
export const groups = ["promotion", "rollback", "failing", "compose", "swarm"] as const;

/** One of them. */
export type Group = (typeof groups)[number];

/** Slipway's own. */
export const own: readonly Group[] = ["promotion", "rollback", "failing"];

/** One update under load. */
export interface Run {
  group: Group;
  /** The versions before and after. */
  title: string;
  /** How many services changed. */
  services: number;
  figures: Figures;
  /**
   * Wall time, in seconds, from the confirmed start to the last drained container; for a failing update, to its end.
   */
  seconds: number;
  /** The parts of that time. */
  split: Split;
  /** How long, in seconds, the slowest new container took to become healthy from its start on. */
  healthy: number;
  /** The machine's load average over the last minute when it ended. */
  load: number;
}

/**
 * How long, in seconds, an update took beyond its necessary waits: for the new container's health, the watch, and the
 * drain.
 */
export function beyond({ seconds, healthy, split }: Run): number {
  return seconds - healthy - split.watch - split.drain;
}

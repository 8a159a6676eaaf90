import type { Figures } from "./load/figures";
import type { Split } from "./times/split";

/** What is measured, in the order in which it is. */
export const groups = ["promotion", "rollback", "failing", "compose", "swarm"] as const;

/** One of them. */
export type Group = (typeof groups)[number];

/** Slipway's own. */
export const own: readonly Group[] = ["promotion", "rollback", "failing"];

/** One update under load. */
export interface Run {
  group: Group;
  /** From which version to which. */
  title: string;
  /** How many services changed. */
  services: number;
  figures: Figures;
  /** Wall time, in seconds, from the confirmed start to the last drained container; of a failing one, to the update's end. */
  seconds: number;
  /** What that went into. */
  split: Split;
  /** How long, in seconds, the slowest new container took to become healthy from its start on. */
  healthy: number;
  /** The machine's load average over the last minute when it ended. */
  load: number;
}

/** What an update took beyond what it had to wait for: the new container's health, the watch, and the drain; in seconds. */
export function beyond({ seconds, healthy, split }: Run): number {
  return seconds - healthy - split.watch - split.drain;
}

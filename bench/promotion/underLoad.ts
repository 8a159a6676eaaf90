import { setTimeout as sleep } from "node:timers/promises";
import { Generator } from "./load/generator";
import type { Figures } from "./load/figures";

/** The amount of load. */
export interface Size {
  /** The fewest requests of a run. */
  requests: number;
  /** How long, in milliseconds, a fast client waits between two requests. */
  pause: number;
}

/** How long, in milliseconds, the load lasts before and after the work. */
const margin = 1000;

/** Does some work while clients send requests, and goes on until there were enough of them. */
export async function underLoad<T>(
  url: string,
  { requests, pause }: Size,
  work: () => Promise<T>,
): Promise<{ figures: Figures; result: T }> {
  const generator = await Generator.start(url, { pause });
  try {
    await sleep(margin);
    const result = await work();
    await sleep(margin);
    await generator.reaches(requests);
    return { figures: await generator.stop(), result };
  } finally {
    await generator.stop().catch(() => undefined);
  }
}

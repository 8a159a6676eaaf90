import type { Sample } from "./stack";

/** What was measured of one operation, by who did it; each list in the order of the rounds. */
export type Lanes<L extends string> = Record<L, Sample[]>;

/**
 * Runs each lane once a round, in turns, so that whatever else the machine does meets all of them alike.
 *
 * @param rounds how often
 * @param lanes what to time, by name
 */
export async function interleave<L extends string>(
  rounds: number,
  lanes: Record<L, () => Promise<Sample>>,
): Promise<Lanes<L>> {
  const entries = Object.entries<() => Promise<Sample>>(lanes);
  const taken = Object.fromEntries(entries.map(([name]) => [name, [] as Sample[]])) as Lanes<L>;
  for (let round = 0; round < rounds; round++) {
    // The one that goes first changes, for the first of a round may find colder caches.
    for (const [name, measure] of round % 2 === 0 ? entries : [...entries].reverse()) {
      taken[name as L].push(await measure());
    }
  }
  return taken;
}

/** The middle value; of an even number of them, the mean of the two in the middle. NaN where there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = sorted.length % 2 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}

/** The median of one figure of some samples, in that figure's unit. */
export function middle(samples: readonly Sample[], figure: (sample: Sample) => number | undefined): number {
  return median(samples.flatMap((sample) => figure(sample) ?? []));
}

/** The median of the ratios of two lanes round by round, which what slows a whole round down does not move. */
export function ratio(
  ours: readonly Sample[],
  theirs: readonly Sample[],
  figure: (sample: Sample) => number | undefined,
): number {
  return median(
    ours.map((sample, round) => (figure(sample) ?? NaN) / (theirs[round] ? (figure(theirs[round]) ?? NaN) : NaN)),
  );
}

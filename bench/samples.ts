import type { Sample } from "./stack";

/** The samples of one operation, by lane; each list in the order of the rounds. */
export type Lanes<L extends string> = Record<L, Sample[]>;

/**
 * Runs each lane once a round, in turns, so that other work of the machine slows all of them alike.
 *
 * @param rounds how often
 * @param lanes the work to time, by name
 */
export async function interleave<L extends string>(
  rounds: number,
  lanes: Record<L, () => Promise<Sample>>,
): Promise<Lanes<L>> {
  const entries = Object.entries<() => Promise<Sample>>(lanes);
  const taken = Object.fromEntries(entries.map(([name]) => [name, [] as Sample[]])) as Lanes<L>;
  for (let round = 0; round < rounds; round++) {
    // The first one of a round may find colder caches, so the order changes.
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

/** The median of the ratios of two lanes, round by round: it stays when a whole round is slow. */
export function ratio(
  ours: readonly Sample[],
  theirs: readonly Sample[],
  figure: (sample: Sample) => number | undefined,
): number {
  return median(
    ours.map((sample, round) => (figure(sample) ?? NaN) / (theirs[round] ? (figure(theirs[round]) ?? NaN) : NaN)),
  );
}

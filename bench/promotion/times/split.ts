/**
 * The parts of an update's time. Where two of them overlap, the time counts for the later one in this list. The rest
 * counts for the engine: the Pulumi CLI, its providers and the talk between them, or the peer's own work.
 */
export const parts = ["engine", "program", "pull", "start", "check", "cutover", "watch", "record", "drain"] as const;

/** One of the parts. */
export type Part = (typeof parts)[number];

/** A stretch of time that counts for one part; milliseconds since 1970. */
export interface Span {
  part: Part;
  from: number;
  to: number;
}

/** The time, in seconds, of each part; they add up to the whole. */
export type Split = Record<Part, number>;

/**
 * Splits a stretch of time.
 *
 * @param from its begin, in milliseconds since 1970
 * @param to its end
 * @param spans the spans within; they may overlap, and reach beyond it
 */
export function split(from: number, to: number, spans: readonly Span[]): Split {
  const taken = Object.fromEntries(parts.map((part) => [part, 0])) as Split;
  const inside = spans
    .map((span) => ({ part: span.part, from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter((span) => span.to > span.from);
  const edges = [from, to, ...inside.flatMap((span) => [span.from, span.to])].sort((a, b) => a - b);
  for (const [index, begin] of edges.slice(0, -1).entries()) {
    const end = edges[index + 1] ?? begin;
    const ongoing = inside
      .filter((span) => span.from <= begin && span.to >= end)
      .map(({ part }) => parts.indexOf(part));
    taken[parts[Math.max(0, ...ongoing)] ?? "engine"] += (end - begin) / 1000;
  }
  return taken;
}

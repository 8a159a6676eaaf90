import { fast, kinds, type Answers, type Figures, type Kind, type KindFigures } from "./figures";

/** Counts what clients see. Times are milliseconds since 1970. */
export class Tally {
  private readonly kinds = Object.fromEntries(
    kinds.map((kind) => [kind, { requests: 0, failed: 0, reasons: {}, crossed: 0 }]),
  ) as Record<Kind, KindFigures>;
  private readonly releases: Record<string, Answers> = {};
  private gap = { ms: 0, ended: 0 };
  private last?: number;

  /** @param started from when on answers are expected; opening the first connections counts as no gap */
  constructor(private readonly started: number) {}

  /** Counts a whole answer, which ended at a time. */
  answered(kind: Kind, release: string, at: number): void {
    this.kinds[kind].requests++;
    if (!fast.includes(kind)) {
      return;
    }
    this.gap = this.last === undefined ? this.gap : longer(this.gap, this.last, at);
    this.last = at;
    const answers = (this.releases[release] ??= { count: 0, first: at, last: at });
    answers.count++;
    answers.last = at;
  }

  /** Counts a request that had no whole answer. */
  failed(kind: Kind, reason: string): void {
    const of = this.kinds[kind];
    of.requests++;
    of.failed++;
    of.reasons[reason] = (of.reasons[reason] ?? 0) + 1;
  }

  /** Counts a message that the server could no longer answer, having said goodbye before it came. */
  crossed(kind: Kind): void {
    this.kinds[kind].crossed++;
  }

  /**
   * What was seen until a time; the time since the last answer counts as a gap as well.
   *
   * @param stalled for how many milliseconds at most the counting process was not let run
   */
  figures(at: number, stalled: number): Figures {
    const all = Object.values(this.kinds);
    return {
      seconds: (at - this.started) / 1000,
      requests: all.reduce((sum, { requests }) => sum + requests, 0),
      failed: all.reduce((sum, { failed }) => sum + failed, 0),
      kinds: structuredClone(this.kinds),
      gap: longer(this.gap, this.last ?? this.started, at),
      releases: structuredClone(this.releases),
      stalled,
    };
  }
}

function longer(gap: Figures["gap"], from: number, to: number): Figures["gap"] {
  return to - from > gap.ms ? { ms: to - from, ended: to } : { ...gap };
}

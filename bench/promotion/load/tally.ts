import { fast, kinds, type Answers, type Figures, type Gap, type Kind, type KindFigures } from "./figures";

/** Counts the observations of clients. Times are milliseconds since 1970. */
export class Tally {
  private readonly kinds = Object.fromEntries(
    kinds.map((kind) => [kind, { requests: 0, failed: 0, reasons: {}, crossed: 0 }]),
  ) as Record<Kind, KindFigures>;
  private readonly releases: Record<string, Answers> = {};
  private gap: Gap = { ms: 0, ended: 0, stalled: 0 };
  /**
   * When the last answer of a fast client ended; undefined before the first, so that opening the first connections
   * counts as no gap.
   */
  private last?: number;
  private awakened: number;
  /** The longest time, since the last answer, for which the process was kept from running. */
  private stalled = 0;

  /** @param started when the clients began */
  constructor(private readonly started: number) {
    this.awakened = started;
  }

  /** Notes that the counting process runs; to be called every few milliseconds. */
  awake(at: number): void {
    this.stalled = Math.max(this.stalled, at - this.awakened);
    this.awakened = at;
  }

  /** Counts a whole answer that ended at a time. */
  answered(kind: Kind, release: string, at: number): void {
    this.kinds[kind].requests++;
    if (!fast.includes(kind)) {
      return;
    }
    this.awake(at);
    if (this.last !== undefined) {
      this.gap = this.until(at, this.last);
    }
    this.last = at;
    this.stalled = 0;
    const answers = (this.releases[release] ??= { count: 0, first: at, last: at });
    answers.count++;
    answers.last = at;
  }

  /** Counts a request without a whole answer. */
  failed(kind: Kind, reason: string): void {
    const of = this.kinds[kind];
    of.requests++;
    of.failed++;
    of.reasons[reason] = (of.reasons[reason] ?? 0) + 1;
  }

  /** Counts a message that came after the server's goodbye and could have no answer. */
  crossed(kind: Kind): void {
    this.kinds[kind].crossed++;
  }

  /** The figures up to a time; the time since the last answer counts as a gap as well. */
  figures(at: number): Figures {
    const all = Object.values(this.kinds);
    return {
      seconds: (at - this.started) / 1000,
      requests: all.reduce((sum, { requests }) => sum + requests, 0),
      failed: all.reduce((sum, { failed }) => sum + failed, 0),
      kinds: structuredClone(this.kinds),
      gap: this.until(at, this.last ?? this.started),
      releases: structuredClone(this.releases),
    };
  }

  private until(at: number, from: number): Gap {
    return at - from > this.gap.ms ? { ms: at - from, ended: at, stalled: this.stalled } : this.gap;
  }
}

import { Agent, get } from "node:http";

/** What visitors saw. */
export interface Seen {
  requests: number;
  failed: number;
  /** How many failed for which reason. */
  reasons: Record<string, number>;
  /** The longest time between two good answers, in milliseconds. */
  longestGap: number;
  /** When something failed that had not failed in the second before, at most ten of them. */
  outages: string[];
}

/** Visitors who ask for a page again and again, never twice for the same: half over kept connections, half over new ones. */
export class Load {
  private readonly seen: Seen = { requests: 0, failed: 0, reasons: {}, longestGap: 0, outages: [] };
  private readonly kept = new Agent({ keepAlive: true });
  private readonly visitors: Promise<void>[];
  private lastGood = performance.now();
  private lastBad = -Infinity;
  private stopped = false;

  /** @param pause of each visitor between two requests, in milliseconds */
  constructor(
    private readonly url: string,
    { visitors = 4, pause = 40 } = {},
  ) {
    this.visitors = Array.from({ length: visitors }, (_, index) => this.visit(index % 2 === 0, pause));
  }

  /** Stops, and tells what was seen; what comes after that counts no more, however often it is asked. */
  async leave(): Promise<Seen> {
    if (this.stopped) return this.seen;
    this.stopped = true;
    await Promise.all(this.visitors);
    this.kept.destroy();
    this.good();
    return this.seen;
  }

  private async visit(keeps: boolean, pause: number): Promise<void> {
    while (!this.stopped) {
      this.seen.requests++;
      const failure = await this.ask(keeps ? this.kept : false);
      if (failure === undefined) this.good();
      else this.bad(failure);
      await new Promise((done) => setTimeout(done, pause));
    }
  }

  private good(): void {
    const now = performance.now();
    this.seen.longestGap = Math.max(this.seen.longestGap, now - this.lastGood);
    this.lastGood = now;
  }

  private bad(reason: string): void {
    const now = performance.now();
    if (now - this.lastBad > 1000 && this.seen.outages.length < 10) {
      this.seen.outages.push(`${new Date().toISOString()} ${reason}`);
    }
    this.lastBad = now;
    this.seen.failed++;
    this.seen.reasons[reason] = (this.seen.reasons[reason] ?? 0) + 1;
  }

  /** @returns why it failed */
  private ask(agent: Agent | false): Promise<string | undefined> {
    return new Promise((done) => {
      const request = get(this.url, { agent, timeout: 10_000 }, (answer) => {
        answer.resume();
        answer.on("end", () => done(answer.statusCode === 200 ? undefined : `status ${answer.statusCode}`));
        answer.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      });
      request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
      request.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    });
  }
}

/** What was seen, as one line. */
export function told({ requests, failed, reasons, longestGap }: Seen): string {
  const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  const failures = failed === 0 ? "0 failed" : `${failed} failed (${why.join(", ")})`;
  return `${requests} requests, ${failures}, longest gap ${(longestGap / 1000).toFixed(2)} s`;
}

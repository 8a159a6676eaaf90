import { Agent, get } from "node:http";

/** Asks for a page again and again, over a connection that is kept and over new ones in turns, and never twice for the same. */
export class Visitor {
  private requests = 0;
  private readonly failures: string[] = [];
  private stopped = false;
  private readonly kept = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly visiting: Promise<void>;

  /**
   * @param pause between two requests, in milliseconds
   * @param patience how long, in seconds, an answer may take
   */
  constructor(
    private readonly url: string,
    private readonly pause = 20,
    private readonly patience = 10,
  ) {
    this.visiting = this.visit();
  }

  /** Stops, and tells how many requests there were and why some failed. */
  async leave(): Promise<{ requests: number; failures: string[] }> {
    this.stopped = true;
    await this.visiting;
    this.kept.destroy();
    return { requests: this.requests, failures: this.failures };
  }

  private async visit(): Promise<void> {
    while (!this.stopped) {
      const agent = this.requests++ % 2 === 0 ? this.kept : new Agent();
      const failure = await this.once(agent);
      if (failure) this.failures.push(`${new Date().toISOString()} ${failure}`);
      await new Promise((done) => setTimeout(done, this.pause));
    }
  }

  private once(agent: Agent): Promise<string | undefined> {
    return new Promise((done) => {
      const request = get(this.url, { agent, timeout: this.patience * 1000 }, (answer) => {
        answer.resume();
        answer.on("end", () => done(answer.statusCode === 200 ? undefined : `status ${answer.statusCode}`));
        answer.on("error", (error) => done(String(error)));
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${this.patience} s`)));
      request.on("error", (error) => done(String(error)));
    });
  }
}

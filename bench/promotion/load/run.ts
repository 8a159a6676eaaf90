import { setTimeout as sleep } from "node:timers/promises";
import { fast, kinds, type Figures, type Kind } from "./figures";
import { HttpClient } from "./http";
import { asked, recovery, type Load } from "./plan";
import { converse } from "./socket";
import { Tally } from "./tally";

/** All clients of a load, at work from the start on. */
export class Run {
  private readonly tally = new Tally(Date.now());
  private readonly heart = setInterval(() => this.tally.awake(Date.now()), 5);
  private readonly working: Promise<void>[];
  private stopping = false;

  constructor(private readonly load: Load) {
    this.working = kinds.flatMap((kind) => Array.from({ length: load.clients[kind] }, () => this.work(kind)));
  }

  /** The figures so far. */
  figures(): Figures {
    return this.tally.figures(Date.now());
  }

  /** Sends no more, waits for requests under way, and returns the last figures. */
  async stop(): Promise<Figures> {
    // The gap that follows is this process's own.
    const { gap } = this.figures();
    this.stopping = true;
    await Promise.all(this.working);
    clearInterval(this.heart);
    return { ...this.figures(), gap };
  }

  private work(kind: Kind): Promise<void> {
    return kind === "socket" ? this.talk() : this.ask(kind, asked[kind]);
  }

  private async ask(kind: Kind, path: string): Promise<void> {
    const client = new HttpClient(this.load.url + path, kind !== "fresh");
    while (!this.stopping) {
      const outcome = await client.ask();
      if ("failure" in outcome) {
        this.tally.failed(kind, outcome.failure);
        await sleep(recovery);
      } else {
        this.tally.answered(kind, outcome.release, Date.now());
        if ((fast.includes(kind) || kind === "inside") && this.load.pause > 0) await sleep(this.load.pause);
      }
    }
    client.close();
  }

  private async talk(): Promise<void> {
    const url = `${this.load.url.replace(/^http/, "ws")}/socket`;
    while (!this.stopping) {
      let failed = false;
      const watcher = {
        answered: (release: string) => this.tally.answered("socket", release, Date.now()),
        crossed: () => this.tally.crossed("socket"),
        failed: (reason: string) => {
          failed = true;
          this.tally.failed("socket", reason);
        },
      };
      await converse(url, watcher, () => this.stopping);
      if (failed) await sleep(recovery);
    }
  }
}

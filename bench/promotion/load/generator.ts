import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../../tests/e2e/requirements";
import type { Figures } from "./figures";
import { clients, type Load } from "./plan";

/** How long, in milliseconds, the first answers may take. */
const patience = 30_000;

/** Load on a service from a process of its own, which the caller's own work does not disturb. */
export class Generator {
  private readonly answers: ((figures: Figures) => void)[] = [];
  private last?: Figures;

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.last = JSON.parse(line) as Figures;
      this.answers.shift()?.(this.last);
    });
    // A child that ended sends no more figures; its last ones are the answer then.
    child.stdin.on("error", () => undefined);
  }

  /**
   * Starts sending.
   *
   * @param url the service's address, without a path
   * @param load the differences from the usual load
   * @returns once every kind of client has had an answer
   * @throws Error where one has none within half a minute
   */
  static async start(url: string, load: Partial<Omit<Load, "url">> = {}): Promise<Generator> {
    const whole: Load = { url, clients, pause: 0, ...load };
    const generator = new Generator(
      spawn(process.execPath, ["--import", "tsx", join(__dirname, "main.ts"), JSON.stringify(whole)], {
        cwd: root,
        stdio: ["pipe", "pipe", "inherit"],
      }),
    );
    await generator.begun(whole);
    return generator;
  }

  /**
   * The figures so far.
   *
   * @throws Error where the generator has ended before {@link stop}
   */
  async figures(): Promise<Figures> {
    if (this.over) throw new Error("The load generator has ended.");
    return this.say("figures");
  }

  /** Waits until a number of requests have been sent and have ended. */
  async reaches(requests: number): Promise<void> {
    while ((await this.figures()).requests < requests) await sleep(200);
  }

  /** Ends it and returns the last figures. */
  async stop(): Promise<Figures> {
    return this.say("stop");
  }

  private get over(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private say(word: "figures" | "stop"): Promise<Figures> {
    return new Promise((done, fail) => {
      const ended = (): void => {
        if (this.last) done(this.last);
        else fail(new Error("The load generator ended without a word."));
      };
      if (this.over) {
        ended();
        return;
      }
      this.child.once("close", ended);
      this.answers.push((figures) => {
        this.child.off("close", ended);
        done(figures);
      });
      this.child.stdin.write(`${word}\n`);
    });
  }

  private async begun({ url, clients: of }: Load): Promise<void> {
    const until = Date.now() + patience;
    for (;;) {
      const { kinds } = await this.figures();
      if (Object.entries(kinds).every(([kind, { requests }]) => requests > 0 || of[kind as keyof typeof of] === 0)) {
        return;
      }
      if (Date.now() > until) {
        await this.stop();
        throw new Error(`Not every kind of client had an answer from ${url}: ${JSON.stringify(kinds)}`);
      }
      await sleep(100);
    }
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { run } from "../run";

/** How many of a stage's connectors were ready at a moment. */
export interface Sample {
  /** Milliseconds since 1970. */
  at: number;
  ready: number;
}

/** How often, in milliseconds, all of them are looked at, and how old an answer may be. */
const interval = 100;
const fresh = 2000;

/**
 * Asks every connector of a stage for its readiness, again and again, from within its own container: nobody else reaches it there. One
 * that is not there any more is not ready from that moment on.
 */
export class Prober {
  readonly samples: Sample[] = [];
  private readonly probes = new Map<string, Probe>();
  private readonly watching: Promise<void>;
  private stopped = false;

  constructor(project: string, stage: string) {
    const labels = [`slipway.project=${project}`, `slipway.stage=${stage}`, "slipway.connector"];
    const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
    this.watching = this.watch(filters);
  }

  /** Stops, and gives every sample. */
  async leave(): Promise<Sample[]> {
    this.stopped = true;
    await this.watching;
    this.probes.forEach((probe) => probe.end());
    return this.samples;
  }

  private async watch(filters: string[]): Promise<void> {
    const sampling = setInterval(() => {
      const ready = [...this.probes.values()].filter((probe) => probe.isReady()).length;
      this.samples.push({ at: Date.now(), ready });
    }, interval);
    while (!this.stopped) {
      const { stdout } = await run("docker", ["ps", "--quiet", "--no-trunc", ...filters]);
      for (const id of stdout.split("\n").filter(Boolean)) {
        const known = this.probes.get(id);
        // One that was started again answers a new question only.
        if (!known || known.hasEnded) this.probes.set(id, new Probe(id));
      }
      await new Promise((done) => setTimeout(done, interval));
    }
    clearInterval(sampling);
  }
}

/** Asks one connector. */
class Probe {
  hasEnded = false;
  private answer = { ready: false, at: 0 };
  private readonly child: ChildProcess;

  constructor(container: string) {
    this.child = spawn("docker", ["exec", container, "node", "-e", asking], { stdio: ["ignore", "pipe", "ignore"] });
    this.child.stdout?.on("data", (bytes: Buffer) => {
      this.answer = { ready: /1\n$/.test(bytes.toString("latin1")), at: Date.now() };
    });
    this.child.once("error", () => (this.hasEnded = true));
    this.child.once("close", () => (this.hasEnded = true));
  }

  isReady(): boolean {
    return !this.hasEnded && this.answer.ready && Date.now() - this.answer.at < fresh;
  }

  end(): void {
    this.child.kill();
  }
}

/** What is run beside a connector, in its container. */
const asking = `
const ask = () => fetch("http://127.0.0.1:2000/ready", { signal: AbortSignal.timeout(1000) })
  .then((answer) => answer.status === 200, () => false)
  .then((ready) => process.stdout.write(ready ? "1\\n" : "0\\n"));
process.stdout.on("error", () => process.exit());
setInterval(ask, 100);
`;

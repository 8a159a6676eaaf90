import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import type { PulumiCli } from "../pulumi";

/** One thing that an update said it does, and how long it took to say the next, in milliseconds. */
export interface Point {
  what: string;
  lasts: number;
}

/** An update on the real CLI while it is under way. */
export class RunningUpdate {
  /** What it has said that it does. */
  readonly points: string[] = [];
  /** All that it said. */
  text = "";
  private readonly times: number[] = [];
  private readonly child: ChildProcess;
  private readonly waiting: (() => void)[] = [];
  /** Its exit code; null where it was killed. */
  readonly ended: Promise<number | null>;

  constructor(engine: PulumiCli, folder: string, stage: string) {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stage];
    this.child = spawn("pulumi", args, { cwd: folder, env: { ...process.env, ...engine.env }, detached: true });
    const hear = (line: string): void => this.hear(line);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", hear);
    }
    // Plugins that outlive it keep its pipes open, so only its own end counts.
    this.ended = once(this.child, "exit").then(([code]) => {
      this.waiting.forEach((done) => done());
      return code as number | null;
    });
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until it has said so many things, or has ended. */
  async reached(count: number): Promise<void> {
    while (this.points.length < count && !this.isOver) {
      await new Promise<void>((done) => this.waiting.push(done));
    }
  }

  /** Waits until it says something of this kind, or has ended. */
  async says(what: RegExp): Promise<void> {
    for (let count = 1; ; count++) {
      await this.reached(count);
      if (this.points.length < count || what.test(this.points[count - 1] ?? "")) return;
    }
  }

  /** What it did, and how long each thing took; for one that has ended. */
  timed(): Point[] {
    const end = performance.now();
    return this.points.map((what, index) => ({
      what,
      lasts: (this.times[index + 1] ?? end) - (this.times[index] ?? end),
    }));
  }

  /** The processes that it started: its language host and plugins, and theirs. */
  started(): Process[] {
    return descendants(this.child.pid);
  }

  /**
   * Kills it, and what it started as well or not.
   *
   * @returns what may still run of it
   */
  async kill(everything: boolean): Promise<Process[]> {
    const others = this.started();
    this.child.kill("SIGKILL");
    if (everything) others.forEach(end);
    await this.ended;
    return others;
  }

  private hear(line: string): void {
    this.text += `${line}\n`;
    const [, sign = "", type = "", name = "", doing = ""] = said.exec(line) ?? [];
    // A component only groups others, and of a replacement both halves are told beside the whole.
    if (!type || /^(slipway|pulumi):/.test(type) || sign === "+-") return;
    this.points.push(`${type.split(":").at(-1)} ${name} ${doing}`);
    this.times.push(performance.now());
    this.waiting.splice(0).forEach((done) => done());
  }
}

/** ` ++ docker:index:Container shop-production-web creating replacement (0s) [diff: ~envs]`, but for lines that it says itself. */
const said =
  /^ ([-+~]{1,2}) +(\S+) (\S+) ((?:creat|updat|delet|replac)(?:ing|ed)(?: failed)?(?: replacement| original)?) \([\d.]+s\)/;

/** A process; its number alone may become another one's. */
export interface Process {
  pid: number;
  name: string;
  parent: number;
  /** When it was started, in the clock ticks of the machine. */
  born: string;
}

/** Ends a process of an update, where it still runs. */
export function end({ pid, born }: Process): void {
  if (processOf(pid)?.born === born) process.kill(pid, "SIGKILL");
}

function descendants(root: number | undefined): Process[] {
  const all = readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? (processOf(Number(entry)) ?? []) : []));
  const found = all.filter(({ parent }) => root !== undefined && parent === root);
  // Its own list grows while it is gone through.
  for (const each of found) found.push(...all.filter(({ parent, pid }) => parent === each.pid && pid !== each.pid));
  return found;
}

/** As Linux tells it (proc(5)); undefined where there is none. */
function processOf(pid: number): Process | undefined {
  try {
    const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const fields = rest.split(" ");
    return { pid, name, parent: Number(fields[1]), born: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

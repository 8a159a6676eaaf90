import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
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

  /** Waits until it has said so many things, or has ended. */
  async reached(count: number): Promise<void> {
    while (this.points.length < count && this.child.exitCode === null && this.child.signalCode === null) {
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
  started(): { pid: number; name: string }[] {
    return descendants(this.child.pid ?? 0);
  }

  /**
   * Kills it, and what it started as well or not.
   *
   * @returns what may still run of it
   */
  async kill(everything: boolean): Promise<number[]> {
    const others = this.started().map(({ pid }) => pid);
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
  /^ ([-+~]{1,2}) +(\S+) (\S+) ((?:creat|updat|delet|replac)(?:ing|ed)(?: failed)?(?: replacement| original)?) \([\d.]+s\)(?! ?\S*[^[\]]* error)/;

/** Ends a process of an update that was killed; its number may have become another program's. */
export function end(pid: number): void {
  const name = nameOf(pid);
  if (name !== undefined && /^(pulumi|node|sh|docker)/.test(name)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}

/** Waits until a condition holds. */
export async function until(holds: () => Promise<boolean> | boolean, seconds: number, what: string): Promise<void> {
  const limit = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${what}: not within ${seconds} s`);
    await pause(50);
  }
}

function descendants(root: number): { pid: number; name: string }[] {
  const processes = readdirSync("/proc").flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : undefined;
    const [, pid, name = "", parent] = /^(\d+) \((.*)\) \S (\d+)/s.exec(stat ?? "") ?? [];
    return pid ? [{ pid: Number(pid), name, parent: Number(parent) }] : [];
  });
  const of = (parent: number): typeof processes =>
    processes.filter((each) => each.parent === parent).flatMap((each) => [each, ...of(each.pid)]);
  return of(root);
}

function nameOf(pid: number): string | undefined {
  return read(`/proc/${pid}/comm`)?.trim();
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

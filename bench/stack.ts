import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Project, Settings } from "../tests/e2e/project";
import { run } from "../tests/e2e/run";

/** The cost of one run of the Pulumi CLI. */
export interface Sample {
  /** Wall time of the whole command. */
  seconds: number;
  /** The machine's load average over the last minute when it ended. */
  load: number;
  /** The use of the program's own process; undefined where it ended without telling. */
  program?: Used;
}

/** The use of the program's process, from its start to its end. */
export interface Used {
  /** User and system time. */
  cpuSeconds: number;
  /** The most memory that it had resident. */
  peakMiB: number;
  /** The processor time, in seconds, that it had used when the program reached a point. */
  marks: Record<string, number>;
  /** When it began, in milliseconds since 1970. */
  began: number;
  /** When it reached a point, in milliseconds since 1970. */
  reached: Record<string, number>;
}

/** How a program is started. */
export interface Command {
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** A stack whose commands are timed. */
export class Stack {
  private readonly state: string;
  private readonly env: Record<string, string>;
  /** The file that the program's process writes at its end. */
  private readonly told: string;

  /**
   * @param title its name in progress lines
   * @param project the project that declares it
   * @param name the stack's own name
   * @param probe a file that Node loads before the program, as an absolute path
   */
  constructor(
    readonly title: string,
    private readonly project: Project,
    private readonly name: string,
    private readonly probe: string,
  ) {
    this.state = `${project.engine.stateFolder}-bench`;
    mkdirSync(this.state, { recursive: true });
    this.told = join(this.state, `${name}.probe.json`);
    this.env = {
      PULUMI_BACKEND_URL: `file://${this.state}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
  }

  /** Makes the stack, with its settings. */
  async init(settings: Settings = {}): Promise<void> {
    this.configure(settings);
    this.prepare();
    await this.must(["stack", "init", this.name]);
  }

  /** Replaces the stack's settings, given without the namespace. */
  configure(settings: Settings): void {
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`slipway:${key}`, value]));
    const path = `Pulumi.${this.name}.yaml`;
    const salt = existsSync(join(this.project.folder, path))
      ? /^encryptionsalt:.*$/m.exec(this.project.read(path))?.[0]
      : undefined;
    this.project.write(path, `${stringify({ config })}${salt ?? ""}\n`);
  }

  /** A preview; throws where it announces a change. */
  async preview(): Promise<Sample> {
    return (await this.timed(["preview", "--expect-no-changes"])).sample;
  }

  /** An update without changes; throws where there are some. */
  async upUnchanged(): Promise<Sample> {
    return (await this.timed(["up", "--yes", "--skip-preview", "--expect-no-changes"])).sample;
  }

  /** An update, without the preview before it. */
  async up(): Promise<Sample> {
    return (await this.timed(["up", "--yes", "--skip-preview"])).sample;
  }

  /** An update that replaces exactly one container; throws otherwise. */
  async upReplacingOne(): Promise<Sample> {
    const { sample, text } = await this.timed(["up", "--yes", "--skip-preview"]);
    // The image's resource, if there is one, is replaced as well.
    const replaced = new Set([...text.matchAll(/docker:index:Container (\S+) replaced\b/g)].map(([, name]) => name));
    if (replaced.size !== 1) {
      throw new Error(`${this.title}: the update did not replace one container:\n${text}`);
    }
    return sample;
  }

  /** The value of an output of the stack, by its name. */
  async output(name: string): Promise<unknown> {
    return JSON.parse(await this.must(["stack", "output", "--json", name, "--stack", this.name]));
  }

  /**
   * A Pulumi command for this stack, for a caller that starts it itself; {@link used} then has its program's figures.
   */
  command(args: string[]): Command {
    this.prepare();
    rmSync(this.told, { force: true });
    return {
      args: [...args, "--stack", this.name, "--non-interactive"],
      cwd: this.project.folder,
      env: { ...this.env, SLIPWAY_BENCH_PROBE: this.told },
    };
  }

  /** The figures of this stack's last program; undefined where it ended without writing them. */
  used(): Used | undefined {
    return existsSync(this.told) ? (JSON.parse(readFileSync(this.told, "utf8")) as Used) : undefined;
  }

  private async timed(args: string[]): Promise<{ sample: Sample; text: string }> {
    const start = performance.now();
    const text = await this.ended(this.command(args));
    const seconds = (performance.now() - start) / 1000;
    const program = this.used();
    console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${this.title}: pulumi ${args.join(" ")}`);
    return { sample: { seconds, load: loadavg()[0] ?? 0, program }, text };
  }

  private prepare(): void {
    const options = { nodeargs: `--require ${this.probe}` };
    this.project.write(
      "Pulumi.yaml",
      stringify({ name: this.project.name, main: "index.ts", runtime: { name: "nodejs", options } }),
    );
  }

  private must(args: string[]): Promise<string> {
    return this.ended({ args: [...args, "--non-interactive"], cwd: this.project.folder, env: this.env });
  }

  private async ended({ args, cwd, env }: Command): Promise<string> {
    const ended = await run("pulumi", args, { cwd, env });
    if (ended.code !== 0) {
      throw new Error(
        `${this.title}: pulumi ${args.join(" ")} ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`,
      );
    }
    return ended.stdout;
  }
}

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Change, Engine, Entry, Outcome, Outputs, Preview, Update } from "./engine";
import { root } from "./requirements";
import { passphraseOf } from "./passphrase";
import { setInFile } from "./settingsFile";
import { run, type Ended, type Start } from "./run";
import { changesOf, shownTime } from "./told";

/** The embedded runner's command. */
export const program = join(root, "runner", "dist", "main.js");

/** The embedded runner, with its state in a folder. */
export class EmbeddedRunner implements Engine {
  readonly name = "runner";
  readonly transcript: Engine["transcript"] = [];
  /** What the runner's process is given. */
  readonly env: Record<string, string>;

  constructor(
    private readonly folder: string,
    private readonly project: string,
    readonly stateFolder: string,
  ) {
    mkdirSync(stateFolder, { recursive: true });
    this.env = { SLIPWAY_RUNNER_STATE: stateFolder, PULUMI_CONFIG_PASSPHRASE_FILE: passphraseOf(stateFolder) };
  }

  async init(): Promise<void> {
    // A stage is there as soon as it has settings.
  }

  up(stage: string): Promise<Update> {
    return this.update(["up", "--yes", "--skip-preview", "--stack", stage]);
  }

  destroy(stage: string): Promise<Update> {
    return this.update(["down", "--yes", "--stack", stage]);
  }

  async preview(stage: string): Promise<Preview> {
    const { code, seconds, stdout, stderr } = await this.timed(["preview", "--json", "--stack", stage]);
    const told = stdout ? (JSON.parse(stdout) as { changes: Told[]; outputs: Partial<Outputs> }) : undefined;
    const changes = (told?.changes ?? []).map(({ op, type, name }): Change => ({ kind: op, type, name }));
    return { ok: code === 0, seconds, text: stderr, changes, outputs: told?.outputs ?? {} };
  }

  /** It looks at the machine in each preview. */
  async refreshPreview(stage: string): Promise<Outcome> {
    const { code, seconds, stdout, stderr } = await this.timed(["preview", "--expect-no-changes", "--stack", stage]);
    return { ok: code === 0, seconds, text: stdout + stderr };
  }

  async outputs(stage: string): Promise<Partial<Outputs>> {
    return JSON.parse(await this.must(["outputs", "--stack", stage])) as Partial<Outputs>;
  }

  async registryLogin(stage: string): ReturnType<Engine["registryLogin"]> {
    // Not among what people are told: it is asked for.
    const args = [program, "outputs", "--show-secrets", "--stack", stage];
    const { code, stdout } = await run(process.execPath, args, { cwd: this.folder, env: this.env });
    return code === 0 ? (JSON.parse(stdout) as Secrets).registryLogin : undefined;
  }

  async setConfig(
    stage: string,
    key: string,
    value: string,
    { secret = false }: { secret?: boolean } = {},
  ): Promise<void> {
    if (!secret) return setInFile(this.folder, stage, key, value);
    await this.must(["config", "set", `slipway:${key}`, "--secret", "--stack", stage], value);
  }

  async removeConfig(stage: string, key: string): Promise<void> {
    setInFile(this.folder, stage, key, undefined);
  }

  upCommand(stage: string): ReturnType<Engine["upCommand"]> {
    const args = [program, "up", "--yes", "--skip-preview", "--stack", stage];
    return { program: process.execPath, args, env: this.env };
  }

  async afterKill(): Promise<void> {
    // It finds out by itself.
  }

  async history(stage: string): Promise<Entry[]> {
    return JSON.parse(await this.must(["history", "--json", "--stack", stage])) as Entry[];
  }

  async hiding<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const file = join(this.stateFolder, this.project, `${stage}.json`);
    if (!existsSync(file)) {
      throw new Error(`The state of ${stage} is not at ${file}.`);
    }
    renameSync(file, `${file}.away`);
    try {
      return await work();
    } finally {
      renameSync(`${file}.away`, file);
    }
  }

  private async update(args: string[]): Promise<Update> {
    const { code, seconds, stdout, stderr } = await this.timed(args);
    const text = stdout + stderr;
    return { ok: code === 0, seconds, text, changes: changesOf(text) };
  }

  private async timed(args: string[]): Promise<Ended & { seconds: number }> {
    const start = performance.now();
    const ended = await this.run(args);
    const seconds = (performance.now() - start) / 1000;
    shownTime(seconds, `slipway-runner ${args.join(" ")}`, ended.code);
    return { ...ended, seconds };
  }

  private async must(args: string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, { input });
    if (code !== 0) {
      throw new Error(`slipway-runner ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    }
    return stdout;
  }

  private async run(args: string[], { input }: Pick<Start, "input"> = {}): Promise<Ended> {
    const ended = await run(process.execPath, [program, ...args], { cwd: this.folder, env: this.env, input });
    this.transcript.push({ operation: args.join(" "), text: `${ended.stdout}\n${ended.stderr}` });
    return ended;
  }
}

/** Outputs that only tests of them lay open. */
interface Secrets {
  registryLogin?: Awaited<ReturnType<Engine["registryLogin"]>>;
}

/** A change as the runner's preview tells it. */
interface Told {
  op: string;
  type: string;
  name: string;
}

import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Change, Engine, Entry, Outcome, Outputs, Preview, Update } from "./engine";
import { changesOf, shownTime } from "./told";
import { passphraseOf } from "./passphrase";
import { setInFile } from "./settingsFile";
import { run, type Ended, type Start } from "./run";

/** An event of the engine, as far as a preview is read from them. */
interface Event {
  resourcePreEvent?: { metadata: { op: string; urn: string; type: string; old: State | null; new: State | null } };
  resOutputsEvent?: { metadata: { type: string; new: State | null } };
  diagnosticEvent?: { prefix?: string; message: string; severity: string };
}

/** A stack as its backend of files keeps it (pulumi: sdk/go/common/apitype/core.go). */
interface Stored {
  checkpoint: { latest?: { resources?: { type: string; outputs?: Record<string, unknown> }[] } };
}

/** By this key a value of the state is known for a secret (pulumi: sdk/go/common/resource/sig). */
const signature = "4dabf18193072939515e22adb298388d";

/** Outputs with their secrets hidden. */
function veiled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(veiled);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, veiled(each)]));
}

/** Outputs that only tests of them lay open. */
interface Secrets {
  registryLogin?: Awaited<ReturnType<Engine["registryLogin"]>>;
}

interface State {
  custom?: boolean;
  outputs?: Record<string, unknown>;
}

const kinds: Record<string, string> = { create: "create", update: "update", replace: "replace", delete: "delete" };

/** Pulumi's own command, with its state in a folder. */
export class PulumiCli implements Engine {
  readonly name = "pulumi";
  readonly transcript: Engine["transcript"] = [];
  /** What its processes are given. */
  readonly env: Record<string, string>;

  /**
   * @param folder the project's folder
   * @param project the project's name
   * @param stateFolder where the state goes; made where it is not there
   */
  constructor(
    private readonly folder: string,
    private readonly project: string,
    readonly stateFolder: string,
  ) {
    mkdirSync(stateFolder, { recursive: true });
    this.env = {
      PULUMI_BACKEND_URL: `file://${stateFolder}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphraseOf(stateFolder),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
  }

  async init(stage: string): Promise<void> {
    await this.must(["stack", "init", stage, "--no-select"]);
  }

  /** Without a preview first: what a preview would refuse as well must not get by with an update alone. */
  async up(stage: string): Promise<Update> {
    return this.update(["up", "--yes", "--skip-preview", "--stack", stage]);
  }

  async destroy(stage: string): Promise<Update> {
    return this.update(["destroy", "--yes", "--skip-preview", "--stack", stage]);
  }

  async preview(stage: string): Promise<Preview> {
    const { code, seconds, stdout, stderr } = await this.timed(["preview", "--json", "--stack", stage], {
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    });
    const events = eventsOf(stdout);
    const text = [...events.flatMap(said), stderr].join("");
    this.tell(["preview", stage], text);
    return { ok: code === 0, seconds, text, changes: events.flatMap(changeOf), outputs: outputsOf(events) };
  }

  async refreshPreview(stage: string): Promise<Outcome> {
    const { code, seconds, stdout, stderr } = await this.timed([
      "preview",
      "--refresh",
      "--expect-no-changes",
      "--diff",
      "--stack",
      stage,
    ]);
    return { ok: code === 0, seconds, text: stdout + stderr };
  }

  async outputs(stage: string): Promise<Partial<Outputs>> {
    // As `pulumi stack output --json` shows them, without a process for each look.
    const { checkpoint } = JSON.parse(readFileSync(this.stateOf(stage), "utf8")) as Stored;
    const stack = checkpoint.latest?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
    return veiled(stack?.outputs ?? {}) as Partial<Outputs>;
  }

  async registryLogin(stage: string): ReturnType<Engine["registryLogin"]> {
    // Not among what people are told: it is asked for.
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stage, "--non-interactive"];
    const { code, stdout } = await run("pulumi", args, { cwd: this.folder, env: this.env });
    return code === 0 ? (JSON.parse(stdout) as Secrets).registryLogin : undefined;
  }

  async setConfig(
    stage: string,
    key: string,
    value: string,
    { secret = false }: { secret?: boolean } = {},
  ): Promise<void> {
    if (!secret) return setInFile(this.folder, stage, key, value);
    // On standard input: a secret given as an argument could be read in the list of processes.
    await this.must(["config", "set", "--secret", "--path", `slipway:${key}`, "--stack", stage], value);
  }

  async removeConfig(stage: string, key: string): Promise<void> {
    setInFile(this.folder, stage, key, undefined);
  }

  upCommand(stage: string): ReturnType<Engine["upCommand"]> {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stage];
    return { program: "pulumi", args, env: this.env };
  }

  async afterKill(stage: string): Promise<void> {
    await this.must(["cancel", "--yes", "--stack", stage]);
  }

  async history(stage: string): Promise<Entry[]> {
    const entries = JSON.parse(await this.must(["stack", "history", "--json", "--stack", stage])) as {
      kind: string;
      result: string;
      config: Record<string, { value?: string }>;
    }[];
    return entries.map(({ kind, result, config }) => ({
      kind,
      result,
      config: Object.fromEntries(Object.entries(config).map(([key, { value = "" }]) => [key, value])),
    }));
  }

  async hiding<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const file = this.stateOf(stage);
    if (!existsSync(file)) {
      throw new Error(`The state of ${stage} is not at ${file}.`);
    }
    const away = join(this.stateFolder, `${stage}.away`);
    renameSync(file, away);
    try {
      return await work();
    } finally {
      renameSync(away, file);
    }
  }

  private stateOf(stage: string): string {
    return join(this.stateFolder, ".pulumi", "stacks", this.project, `${stage}.json`);
  }

  private async update(args: string[]): Promise<Update> {
    const { code, seconds, stdout, stderr } = await this.timed(args);
    const text = stdout + stderr;
    return { ok: code === 0, seconds, text, changes: changesOf(text) };
  }

  private async timed(args: string[], env?: Record<string, string>): Promise<Ended & { seconds: number }> {
    const start = performance.now();
    const ended = await this.run(args, { env });
    const seconds = (performance.now() - start) / 1000;
    shownTime(seconds, `pulumi ${args.join(" ")}`, ended.code);
    return { ...ended, seconds };
  }

  private async must(args: string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, { input });
    if (code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    }
    return stdout;
  }

  private async run(args: string[], { env, input }: Pick<Start, "env" | "input"> = {}): Promise<Ended> {
    const start = { cwd: this.folder, env: { ...this.env, ...env }, input };
    const ended = await run("pulumi", [...args, "--non-interactive"], start);
    // Events hold debug messages as well, which nobody sees.
    if (!env) {
      this.tell(args, `${ended.stdout}\n${ended.stderr}`);
    }
    return ended;
  }

  private tell(args: string[], text: string): void {
    this.transcript.push({ operation: args.join(" "), text });
  }
}

/** A line each; a preview that could not begin prints none. */
function eventsOf(text: string): Event[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Event);
}

function said({ diagnosticEvent: event }: Event): string[] {
  return event && event.severity !== "debug" ? [`${event.prefix ?? ""}${event.message}`] : [];
}

/** Components only group others. */
function changeOf({ resourcePreEvent: event }: Event): Change[] {
  if (!event) {
    return [];
  }
  const { op, urn, type, old, new: next } = event.metadata;
  const kind = kinds[op];
  return kind && (next ?? old)?.custom ? [{ kind, type, name: urn.split("::").at(-1) ?? "" }] : [];
}

function outputsOf(events: Event[]): Partial<Outputs> {
  const stacks = events.filter(({ resOutputsEvent }) => resOutputsEvent?.metadata.type === "pulumi:pulumi:Stack");
  return stacks.at(-1)?.resOutputsEvent?.metadata.new?.outputs ?? {};
}

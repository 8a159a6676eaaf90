import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Change, Engine, Entry, Outcome, Outputs, Preview, Update } from "./engine";
import { run, type Ended } from "./run";

interface Step {
  op: string;
  urn: string;
  newState?: { type: string; custom?: boolean; outputs?: Record<string, unknown> };
  oldState?: { type: string; custom?: boolean };
}

interface PreviewJson {
  steps?: Step[];
  diagnostics?: { message?: string; severity?: string }[];
}

const kinds: Record<string, string> = { create: "create", update: "update", replace: "replace", delete: "delete" };

/** Pulumi's own command, with its state in a folder. */
export class PulumiCli implements Engine {
  readonly name = "pulumi";
  readonly transcript: Engine["transcript"] = [];
  private readonly env: Record<string, string>;

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
    const passphrase = `${stateFolder}.passphrase`;
    writeFileSync(passphrase, randomBytes(12).toString("hex"), { mode: 0o600 });
    this.env = {
      PULUMI_BACKEND_URL: `file://${stateFolder}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
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
    const outcome = await this.timed(["preview", "--json", "--stack", stage]);
    const json = parsePreview(outcome.stdout);
    const steps = json.steps ?? [];
    const text = [outcome.stderr, ...(json.diagnostics ?? []).map(({ message = "" }) => message)].join("\n");
    const outputs = steps.find(({ urn }) => urn.includes("::pulumi:pulumi:Stack::"))?.newState?.outputs ?? {};
    return {
      ok: outcome.code === 0,
      seconds: outcome.seconds,
      text,
      changes: steps.flatMap(changeOf),
      outputs: outputs as Partial<Outputs>,
    };
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
    return JSON.parse(await this.must(["stack", "output", "--json", "--stack", stage])) as Partial<Outputs>;
  }

  async setConfig(
    stage: string,
    key: string,
    value: string,
    { secret = false }: { secret?: boolean } = {},
  ): Promise<void> {
    const kind = secret ? "--secret" : "--plaintext";
    // On standard input: a secret given as an argument could be read in the list of processes.
    await this.must(["config", "set", kind, "--path", `slipway:${key}`, "--stack", stage], value);
  }

  async removeConfig(stage: string, key: string): Promise<void> {
    await this.must(["config", "rm", "--path", `slipway:${key}`, "--stack", stage]);
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
    const file = join(this.stateFolder, ".pulumi", "stacks", this.project, `${stage}.json`);
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

  private async update(args: string[]): Promise<Update> {
    const { code, seconds, stdout, stderr } = await this.timed(args);
    const text = stdout + stderr;
    const changes = [...text.matchAll(/^\s+[-+~]+ (\d+) (?:created|updated|replaced|deleted)$/gm)].map(([, count]) =>
      Number(count),
    );
    return { ok: code === 0, seconds, text, changes: changes.reduce((sum, count) => sum + count, 0) };
  }

  private async timed(args: string[]): Promise<Ended & { seconds: number }> {
    const start = performance.now();
    const ended = await this.run(args);
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `      ${seconds.toFixed(1).padStart(5)} s  pulumi ${args.join(" ")}${ended.code === 0 ? "" : `  (ended with ${ended.code})`}`,
    );
    return { ...ended, seconds };
  }

  private async must(args: string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input);
    if (code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    }
    return stdout;
  }

  private async run(args: string[], input?: string): Promise<Ended> {
    const ended = await run("pulumi", [...args, "--non-interactive"], { cwd: this.folder, env: this.env, input });
    this.transcript.push({ operation: args.join(" "), text: `${ended.stdout}\n${ended.stderr}` });
    return ended;
  }
}

/** A preview that could not begin prints no JSON. */
function parsePreview(text: string): PreviewJson {
  const start = text.indexOf("{");
  return start < 0 ? { diagnostics: [{ message: text }] } : (JSON.parse(text.slice(start)) as PreviewJson);
}

function changeOf({ op, urn, newState, oldState }: Step): Change[] {
  const state = newState ?? oldState;
  const kind = kinds[op];
  return kind && state?.custom ? [{ kind, type: state.type, name: urn.split("::").at(-1) ?? "" }] : [];
}

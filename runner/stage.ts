import { resolve } from "node:path";
import type { StageKey } from "slipway/engine";
import { count } from "./display";
import { refuseBroken } from "./guardrails";
import { kindOf } from "./kinds/kinds";
import { machineOf } from "./machine";
import { monitor } from "./monitor";
import { runProgram } from "./program";
import { nameOf, plain, type Values } from "./resource";
import { Settings, type Project } from "./settings";
import { lock, State, type Entry } from "./state";
import { Update, type Step, type Surroundings } from "./update";

/** Where a run says what it does. */
export interface Told {
  /** What the program says; the severity is `info`, `warning` or `error`. */
  log(severity: string, message: string): void;
  /** A line that the work on a resource says. */
  say(step: Pick<Step, "type" | "name">, line: string): void;
  watch?: Surroundings["watch"];
}

/** What a run came to. */
export interface Run {
  /** Why it failed, where it did. */
  failure?: Error;
  /** What was done, or would be. */
  steps: readonly Step[];
  /** What the stage tells of itself; of a preview, what is known so far. */
  outputs: Values;
}

/** The program has said what is wrong. */
export class Refused extends Error {}

/** One stage of a project on the runner: the program, its settings, and what is known of it. */
export class Stage {
  readonly settings: Settings;
  private readonly folder: string;
  private current?: Update;

  /** @param states the folder in which the runner keeps what it knows */
  constructor(
    private readonly project: Project,
    readonly name: string,
    private readonly states: string,
  ) {
    this.settings = new Settings(project, name);
    this.folder = resolve(states, project.name);
  }

  /** Newest first. */
  get history(): readonly Entry[] {
    return this.state().history;
  }

  /** What the stage told of itself when it was last brought up, with its secrets marked. */
  get outputs(): Values {
    return this.state().outputs;
  }

  get projectName(): string {
    return this.project.name;
  }

  /** The key that the stage signs with, and reads its backups by; undefined where it was never brought up. */
  get key(): StageKey | undefined {
    const found = this.state().resources.find(({ urn }) =>
      urn.includes("slipway:release:SigningKey$command:local:Command::"),
    );
    const told = found && plain<{ stdout?: string }>(found.outputs).stdout;
    return told === undefined ? undefined : (JSON.parse(told) as StageKey);
  }

  /** Says what an update would do, and does nothing. */
  async preview(told: Told): Promise<Run> {
    const state = this.state();
    const update = this.update(state, told, true);
    const outputs = await this.apply(update, told, true);
    return { failure: update.failure, steps: update.steps, outputs };
  }

  /** Runs the program, and brings everything to where it wants it. */
  async up(told: Told): Promise<Run> {
    return this.alone("update", told, async (state, update) => {
      const outputs = await this.apply(update, told, false);
      if (!update.failure) state.tell(outputs);
    });
  }

  /** Takes everything away that does not say that it stays. */
  async down(told: Told): Promise<Run> {
    return this.alone("destroy", told, async (state, update) => {
      await update.finish();
      state.tell({});
    });
  }

  /** Begins nothing more: what is under way comes to its end, and the next run goes on from there. */
  interrupt(): void {
    this.current?.fail(new Error("Interrupted: run the command again, it goes on from here."));
  }

  /** Does some work under the stage's lock, and notes in its history how it ended. */
  private async alone(
    kind: Entry["kind"],
    told: Told,
    work: (state: State, update: Update) => Promise<void>,
  ): Promise<Run> {
    const unlock = lock(this.folder, this.name);
    try {
      const state = this.state();
      const update = this.update(state, told, false);
      const startTime = new Date().toISOString();
      await update
        .recover()
        .then(() => work(state, update))
        .catch((error: Error) => update.fail(error));
      await update.settled();
      const result = update.failure ? "failed" : "succeeded";
      const config = this.settings.shown();
      state.note({ kind, result, startTime, config, resourceChanges: count(update.steps) });
      return { failure: update.failure, steps: update.steps, outputs: state.outputs };
    } finally {
      unlock();
    }
  }

  /** @returns what the program tells of the stage */
  private async apply(update: Update, { log }: Told, preview: boolean): Promise<Values> {
    let outputs: Values = {};
    const { project, name: stage } = this;
    const config = this.settings.forProgram();
    const service = monitor(update, {
      project: project.name,
      stage,
      guard: (request) => refuseBroken(request, config.values),
      reference: (name) => this.other(name),
      outputs: (values) => (outputs = values),
    });
    // What the SDK says of an engine that does not answer any more would hide why.
    const heard: Told["log"] = (severity, message) => update.failure ?? log(severity, message);
    const ended = await runProgram({ project, stage, config, preview, monitor: service, log: heard });
    await update.settled();
    if (!ended) update.fail(new Refused("The program did not come to its end."));
    if (!update.failure) await update.finish();
    return outputs;
  }

  private update(state: State, { say, watch }: Told, preview: boolean): Update {
    const hands: Surroundings["hands"] = ({ urn, type }, provider) => ({
      ...machineOf(provider),
      folder: this.project.folder,
      say: (line) => say({ type, name: nameOf(urn) }, line),
    });
    return (this.current = new Update({ state, kindOf, hands, preview, watch }));
  }

  /** @throws Error where there is no such stage */
  private other(reference: string): Values {
    const [, project = "", stage = ""] = reference.split("/");
    const settings = new Settings(this.project, stage);
    if (!settings.exist) {
      throw new Error(`There is no stage ${reference}: it would have its settings in Pulumi.${stage}.yaml.`);
    }
    return State.of(resolve(this.states, project), stage, settings.cipher).outputs;
  }

  private state(): State {
    return State.of(this.folder, this.name, this.settings.cipher);
  }
}

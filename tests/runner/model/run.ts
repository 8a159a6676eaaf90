import { copyFileSync, existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Orphans } from "../../../docker/orphans/orphans";
import type { StagePlan } from "../../../plan/stage";
import type { Holders } from "../../../docker/holders/holders";
import type { Cipher } from "../../../runner/cipher";
import type { Kind } from "../../../runner/kinds/kind";
import { kindOf } from "../../../runner/kinds/kinds";
import { monitor } from "../../../runner/monitor";
import type { Values } from "../../../runner/resource";
import { State } from "../../../runner/state";
import { Update, type Step, type Surroundings } from "../../../runner/update";
import { clientOf } from "./client";
import type { Engine } from "./engine";
import { Process } from "./faults";
import { holdersOn } from "./holders";
import { declareStage } from "./program";
import { stepOf } from "./steps";

/** What is done in a run, and what befalls it. */
export interface Wanted {
  plan: StagePlan;
  /** In which moment it is killed; 0: never. */
  killAt?: number;
  /** The steps that fail, by their name in steps/. */
  failing?: ReadonlySet<string>;
  preview?: boolean;
  /** What takes away what killed updates left. */
  orphans?: Orphans;
  onCutover?(): void;
  watch?: Surroundings["watch"];
}

/** How a run ended. */
export interface Ended {
  result: "succeeded" | "failed" | "killed";
  failure?: Error;
  steps: readonly Step[];
  /** The steps that failed, by their name in steps/. */
  failed: string[];
  moments: number;
}

/**
 * A folder for the state, in memory where the machine has such a place: it is written through to the disk after each step, which
 * no test need wait for.
 */
export function stateFolder(): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "slipway-model-"));
}

/** A stage on a machine of the model, over many runs. */
export class ModelStage {
  readonly ledger: string[] = [];
  private runs = 0;

  /** @param folder where the runner keeps what it knows */
  constructor(
    readonly engine: Engine,
    private readonly folder: string,
  ) {}

  /** The state as the last run left it. */
  get state(): State {
    return State.of(this.folder, this.file(this.runs), cipher);
  }

  /** Brings the stage up. */
  up(wanted: Wanted): Promise<Ended> {
    return this.run(wanted, async (update, holders) => {
      const answers = {
        ...wanted.plan.id,
        guard: () => undefined,
        reference: (): Values => ({}),
        outputs: () => undefined,
      };
      const hands = { holders, orphans: wanted.orphans };
      await declareStage(wanted.plan, hands, monitor(update, answers), wanted.preview);
      await update.settled();
      if (!update.failure) await update.finish();
    });
  }

  /** Takes the stage down. */
  down(wanted: Wanted): Promise<Ended> {
    return this.run(wanted, (update) => update.finish());
  }

  private async run(wanted: Wanted, work: (update: Update, holders: Holders) => Promise<void>): Promise<Ended> {
    const { killAt = 0, failing = new Set(), preview = false, watch, onCutover = () => undefined } = wanted;
    const mine = this.file(this.runs);
    const next = this.file((this.runs += 1));
    const failed: string[] = [];
    const state = State.of(this.folder, mine, cipher);
    // What a process that was killed would still have to write is lost.
    const keep = (): void => this.hand(mine, next);
    const process = new Process(killAt, keep);
    const { engine, ledger } = this;
    const onFailure = (step: string): unknown => failed.push(step);
    const step = stepOf({ engine, process, failing, onFailure, onCutover, ledger });
    const docker = clientOf(engine, process);
    const hands = { docker, logins: [], folder: ".", say: () => undefined };
    const kinds = (type: string): Kind => (type === "command:local:Command" ? step : impatient(kindOf(type)));
    const update = new Update({ state, kindOf: kinds, hands: () => hands, preview, watch });
    const holders = holdersOn(engine, wanted.plan, process);
    const whole = (preview ? Promise.resolve() : update.recover())
      .then(() => work(update, holders))
      .catch((error: Error) => update.fail(error))
      .then(() => update.settled());
    await withoutTraces(Promise.race([whole, process.killed]));
    if (!process.isDead) keep();
    // What outlives the run has a look at what it left.
    holders.handBack();
    const result = process.isDead ? "killed" : update.failure ? "failed" : "succeeded";
    return { result, failure: update.failure, steps: [...update.steps], failed, moments: process.moments };
  }

  private file(run: number): string {
    return `run-${run}`;
  }

  private hand(from: string, to: string): void {
    const path = (name: string): string => join(this.folder, `${name}.json`);
    if (existsSync(path(from))) copyFileSync(path(from), path(to));
  }
}

/** The SDK notes a stack trace with every promise, which takes more than half of a run's time. */
async function withoutTraces(work: Promise<void>): Promise<void> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  await work.finally(() => (Error.stackTraceLimit = limit));
}

/** What is healthy in the model is so at once, and what is not never will be. */
function impatient(kind: Kind): Kind {
  return { ...kind, create: (inputs, hands) => kind.create({ ...inputs, ...hurry(inputs) }, hands) };
}

function hurry(inputs: Values): Values {
  return inputs["waitTimeout"] === undefined ? {} : { waitTimeout: -1 };
}

/** Secrets of the model are no secrets: to make a real key takes longer than a run. */
const cipher: Cipher = {
  encrypt: (text) => Buffer.from(text).toString("base64"),
  decrypt: (text) => Buffer.from(text, "base64").toString(),
};

import { decideJob, type JobDecision } from "../jobs/decide";
import { logFile } from "../jobs/logFile";
import type { ContainerInputs } from "../docker/container";
import type { Listed } from "../docker/holders/holder";
import { Ledger } from "../release/ledger";
import { sealOf } from "../release/signing/seal";
import type { RegistryPlan } from "../settings/registryPlan";
import { listContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { JobLog } from "../jobs/log";
import { attend, discard, look, runOnce, TakenAway, type Ended, type Ending } from "../docker/runToEnd";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What running a job needs. */
export interface JobInput {
  registry: RegistryPlan;
  project: string;
  stage: string;
  /** The compose service. */
  job: string;
  /** Name of the release that the stage takes. */
  release: string;
  onRollback: boolean;
  /** The stage's private key, in PEM. */
  key: string;
  /** How often it is started again where it fails; undefined: never. */
  retries?: number;
  /** The job's container, as the Docker provider takes it. */
  container: ContainerInputs;
}

/** Which job was seen to, for which release. Nothing of what it printed: the state keeps this. */
export interface JobResult {
  job: string;
  release: string;
}

/**
 * Runs a job, unless the ledger says that it need not run; notes in the ledger at once that it succeeded. What it prints goes to its
 * file of output alone, and to an error where it fails.
 *
 * @throws Error with the job's last lines where it ends with another exit code than 0
 */
export async function job(input: JobInput, say: Say, engine: Engine): Promise<JobResult> {
  const { project, job, release } = input;
  const ledger = new Ledger(await connect(input.registry, say), project, sealOf(input.stage, input.key));
  const name = containerName(input);
  for (const left of await leftBy(engine, input)) {
    if (left.name !== name) {
      await conclude(engine, ledger, input, left, say);
    }
  }
  // Before the ledger is asked: a step that outlives its killed update notes first, and takes its container away then.
  const left = await look(engine, name);
  const { runs, because, since } = await decide(input, ledger);
  if (!runs) {
    say(`${job} does not run: ${because}`);
    await discard(engine, name);
    return { job, release };
  }
  say(`running ${job} for ${release}: ${because}`);
  await run(engine, input, ledger, { left, since }, say);
  say(`${job} ended with exit code 0`);
  return { job, release };
}

/** @returns also since when, in milliseconds since 1970, a run counts */
async function decide(input: JobInput, ledger: Ledger): Promise<JobDecision & { since: number }> {
  const record = await ledger.jobRuns(input.stage);
  const decision = decideJob(input, record, await ledger.history(input.stage));
  return { ...decision, since: Date.parse(record.restored ?? "") || 0 };
}

async function run(
  engine: Engine,
  input: JobInput,
  ledger: Ledger,
  known: { left?: Ended; since: number },
  say: Say,
): Promise<void> {
  const { stage, job, release, retries } = input;
  const name = containerName(input);
  const log = new JobLog(logFile(input, job, release));
  const output = (bytes: Uint8Array): void => log.write(bytes);
  const hint = setTimeout(() => say(runsStill(job)), retries === undefined ? 2 ** 31 - 1 : 60_000).unref();
  try {
    const ending = await runOnce(engine, { name, container: labelled(input), ...known, retries, output }, say);
    if (ending.exitCode === 0) {
      await ledger.noteJob(stage, { job, release, at: ending.at });
    }
    await discard(engine, name);
    if (ending.exitCode !== 0) {
      throw new Error(failure(input, ending, log.path));
    }
  } catch (error) {
    // A step that outlived its killed update may have seen to it.
    if (!(error instanceof TakenAway) || (await decide(input, ledger)).runs) {
      throw error;
    }
  } finally {
    clearTimeout(hint);
    log.close();
  }
}

/** Workers are written with `on-failure` as well, and their end could be waited for without one. */
function runsStill(job: string): string {
  return `${job} has been running for a minute, and the update waits for its end: where it is to run on, interrupt this and write restart: unless-stopped`;
}

/** The name by which the next update finds a job that this one was killed in. */
function containerName({ project, stage, job, release }: JobInput): string {
  return `${project}-${stage}-job-${job}-${release}`;
}

const releaseLabel = "slipway.release";

/** The label tells an update that comes to another release which one this was for. */
function labelled({ container, release }: JobInput): ContainerInputs {
  return { ...container, labels: [...(container["labels"] ?? []), { label: releaseLabel, value: release }] };
}

interface Left {
  name: string;
  release: string;
  /** As the Engine lists it: created, running, exited, … */
  state: string;
}

/** The containers of a job that updates before this one left, because they were killed. */
async function leftBy(engine: Engine, { project, stage, job }: JobInput): Promise<Left[]> {
  const labels = { "slipway.project": project, "slipway.stage": stage, "slipway.job": job };
  const found = await listContainers<Listed>(engine, labels);
  return found.map(({ Names: [name = ""], Labels: own, State: state }) => ({
    name: name.replace(/^\//, ""),
    release: own?.[releaseLabel] ?? "",
    state,
  }));
}

/** Two runs of a job must not meet: one of another release is left to end, and counts for its release where it ended well. */
async function conclude(
  engine: Engine,
  ledger: Ledger,
  { stage, job }: JobInput,
  { name, release, state }: Left,
  say: Say,
): Promise<void> {
  // A container that was not started has no end to wait for.
  if (state !== "created") {
    say(`waiting for the end of ${job} of ${release}, which an interrupted update began`);
    const ending = await attend(engine, { name }).catch((error: unknown) => {
      if (!(error instanceof TakenAway)) {
        throw error;
      }
    });
    if (ending?.exitCode === 0) {
      await ledger.noteJob(stage, { job, release, at: ending.at });
    }
  }
  await discard(engine, name);
}

function failure({ job, release }: JobInput, { exitCode, last, starved }: Ending, path: string): string {
  const why = starved ? `${exitCode}, for want of memory` : `${exitCode}`;
  const lines = last.length > 0 ? last.join("\n") : "It printed nothing.";
  return `The job ${job} of ${release} ended with exit code ${why}; what it printed last (all of it is in ${path}):\n${lines}`;
}

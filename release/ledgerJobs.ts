import { z } from "zod";

import { type Registry } from "../registry/client/registry";
import { type DocumentKind, StageDocument } from "./ledgerDocument";

/** One run of a job that succeeded. */
export interface JobRun {
  /** The compose service. */
  job: string;
  /** Name of the release whose image it ran with. */
  release: string;
  /** When it ended with exit code 0: ISO 8601, UTC. */
  at: string;
}

/** The ledger's record of a stage's jobs. */
export interface JobRecord {
  stage: string;
  /** Oldest first; for each job and release the last run. */
  runs: JobRun[];
  /** When the stage's data were last restored from a backup: ISO 8601, UTC. Earlier runs no longer count. */
  restored?: string;
}

/** Fields of a later version are kept unread. */
const jobRecord = z.looseObject({
  stage: z.string(),
  runs: z.array(z.looseObject({ job: z.string(), release: z.string(), at: z.iso.datetime() })),
  restored: z.iso.datetime().optional(),
});

const kind: DocumentKind<JobRecord> = {
  prefix: "jobs.",
  type: "application/vnd.slipway.jobs.v1+json",
  file: "jobs.json",
  schema: jobRecord as unknown as z.ZodType<JobRecord>,
  empty: (stage) => ({ stage, runs: [] }),
  noun: "The record of the jobs",
};

/** Whether a tag is a stage's record of jobs. */
export function isJobsTag(tag: string): boolean {
  return tag.startsWith(kind.prefix);
}

/** How many runs are kept: no stage comes back to the releases of older ones. */
const most = 1000;

/**
 * The records of jobs, by stage: which job ran for which release. They are kept apart from the history, because a job
 * that succeeded must not run again where the rest of its update fails.
 */
export class JobRuns {
  private readonly documents: StageDocument<JobRecord>;

  constructor(registry: Registry, repository: string) {
    this.documents = new StageDocument(registry, repository, kind);
  }

  /**
   * The record of a stage's jobs.
   *
   * @throws Error naming the stage where it cannot be read
   */
  read(stage: string): Promise<JobRecord> {
    return this.documents.read(stage);
  }

  /** Records that a job succeeded. */
  note(stage: string, run: JobRun): Promise<void> {
    return this.documents.change(stage, (record) => {
      const others = record.runs.filter(({ job, release }) => job !== run.job || release !== run.release);
      return { ...record, runs: [...others, run].slice(-most) };
    });
  }

  /** Records that the stage's data are from a backup, as of now. */
  noteRestore(stage: string, at: string): Promise<void> {
    return this.documents.change(stage, (record) => ({ ...record, restored: at }));
  }
}

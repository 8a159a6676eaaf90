import type { Service } from "../compose/index";
import { extensionOf } from "../application/extension";
import type { JobRecord } from "../release/ledgerJobs";
import type { StageRun } from "../release/record";
import { decideJob } from "./decide";
import { namesOf } from "../application/roles";

/** The plan for a stage's jobs. */
export interface JobsPlan {
  /** Whether each job will run, in words for the preview. */
  shows: Record<string, string>;
  /** When the stage's data were last restored, as the ledger has it. */
  restored?: string;
}

/** The jobs of a release without a name so far: the ledger can be asked about it only once it has one. */
export function planNewJobs(
  services: Readonly<Record<string, Service>>,
  { restored }: Pick<JobRecord, "restored">,
): JobsPlan {
  return { shows: Object.fromEntries(namesOf("job", services).map((job) => [job, "once for each release"])), restored };
}

/**
 * The jobs of a release that a stage takes over. Where it runs that release already, the words are those of the update
 * that brought it, so that an update without changes shows none.
 *
 * @param record the ledger's record of the stage's jobs
 * @param history the releases that the stage ran, oldest first
 */
export function planJobs(
  services: Readonly<Record<string, Service>>,
  release: string,
  record: Pick<JobRecord, "runs" | "restored">,
  history: readonly Pick<StageRun, "release" | "at" | "jobs">[],
): JobsPlan {
  const { restored } = record;
  const last = history.at(-1);
  const told: Record<string, string> | undefined =
    last?.release === release && !(restored && restored > last.at) ? last.jobs : undefined;
  const words = (job: string): string => {
    const { onRollback = false } = extensionOf(services[job] as Service);
    const { runs, because } = decideJob({ job, release, onRollback }, record, history);
    return runs ? `yes, ${because}` : `no, ${because}`;
  };
  return {
    shows: Object.fromEntries(namesOf("job", services).map((job) => [job, told?.[job] ?? words(job)])),
    restored,
  };
}

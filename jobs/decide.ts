import { isRollback } from "../release/promotion";
import type { JobRecord } from "../release/ledgerJobs";
import type { StageRun } from "../release/record";

/** A job of an update. */
export interface JobAtHand {
  /** The compose service. */
  job: string;
  /** Name of the release that the stage takes. */
  release: string;
  /** Whether it runs also where the stage goes back to an older release. */
  onRollback: boolean;
}

/** Whether a job runs, and the reason as words for people. */
export interface JobDecision {
  runs: boolean;
  because: string;
}

/**
 * Decides whether an update runs a job. A job runs once for each stage and release. It is left out where the stage goes
 * back to an older release, whose migrations know nothing of what newer ones did. A job with `onRollback` belongs to
 * the running release (as collectstatic does): it runs whenever the release is another than the last one it ran for.
 * Runs from before a restore of the data do not count.
 *
 * @param record the ledger's record of the stage's jobs
 * @param history the releases that the stage ran, oldest first
 */
export function decideJob(
  { job, release, onRollback }: JobAtHand,
  { runs, restored = "" }: Pick<JobRecord, "runs" | "restored">,
  history: readonly Pick<StageRun, "release" | "at">[],
): JobDecision {
  const own = runs.filter((run) => run.job === job);
  const counted = own.filter(({ at }) => at > restored);
  const done = onRollback
    ? [counted.at(-1)].find((run) => run?.release === release)
    : counted.findLast((run) => run.release === release);
  if (done) {
    return { runs: false, because: `ran for this release at ${done.at}` };
  }
  const again = own.some((run) => run.release === release) && counted.length < own.length;
  if (goesBack(release, history) && !onRollback && !restoredSince(release, restored, history)) {
    return { runs: false, because: "not on a rollback" };
  }
  return { runs: true, because: again ? `again, as data were restored at ${restored}` : "once for this release" };
}

/** Whether the stage goes back with this update, or went back with the update that brought the release it runs. */
function goesBack(release: string, history: readonly Pick<StageRun, "release" | "at">[]): boolean {
  const other = history.findLastIndex((run) => run.release !== release);
  return isRollback(release, history.slice(0, other + 1));
}

/** Whether data were restored after the stage had come to the release that it runs. */
function restoredSince(
  release: string,
  restored: string,
  history: readonly Pick<StageRun, "release" | "at">[],
): boolean {
  const last = history.at(-1);
  return last?.release === release && restored > last.at;
}

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { StageId } from "../docker/labels";

/**
 * Where a job's output is kept, on the machine that runs the update: among the user's own state files
 * (https://specifications.freedesktop.org/basedir-spec), not in the project, whose files go into build contexts and images.
 */
export function logFile({ project, stage }: StageId, job: string, release: string): string {
  return join(logFolder({ project, stage }), `${job}-${release}.log`);
}

/** The folder that holds the output of all jobs of a stage. */
export function logFolder({ project, stage }: StageId): string {
  const told = process.env["XDG_STATE_HOME"] ?? "";
  const states = isAbsolute(told) ? told : join(homedir(), ".local", "state");
  return join(states, "slipway", "logs", project, stage);
}

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { StageId } from "../docker/labels";

/**
 * The file of a job's output, on the machine that runs the update. It is among the user's state files
 * (https://specifications.freedesktop.org/basedir-spec), because files in the project get into build contexts and
 * images.
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

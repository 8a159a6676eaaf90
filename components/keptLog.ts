import { existsSync } from "node:fs";
import type { StageId } from "../docker/labels";
import { JobLog } from "../jobs/log";
import { logFile } from "../jobs/logFile";

/**
 * Keeps the log of a container that is taken away, beside what jobs print.
 *
 * @param labels the container's
 * @returns a sentence that says where; empty where it cannot be kept
 */
export function keepLog(stage: StageId, labels: Readonly<Record<string, string>>, log: string): string {
  const [service, role, connector] = ["service", "role", "connector"].map((key) => labels[`slipway.${key}`]);
  const file = new JobLog(logFile(stage, service ?? role ?? `connector-${connector}`, "unwell"));
  file.write(Buffer.from(log));
  file.close();
  return existsSync(file.path) ? `All of its log is in ${file.path}.` : "";
}

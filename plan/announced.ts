import type { BackupPlan } from "../backup/plan";
import { upstreams } from "../edge/layout";
import type { Promotion } from "../release/diff";
import type { StageRun } from "../release/record";
import type { Application } from "./application";
import { info, type Notice } from "./notices";

/**
 * Tells what a preview's list of resources leaves out: from which release to which, and which services are down
 * meanwhile. A service that callers come to by the edge is not: it holds what they ask.
 *
 * @param record the digest of the release's record
 * @param last the stage's last run
 */
export function announced(
  { from, to, changed }: Promotion,
  record: string,
  kind: string,
  last: StageRun | undefined,
  application: Pick<Application, "stopFirst" | "listening">,
  backup: Pick<BackupPlan, "due" | "services"> | undefined,
): Notice[] {
  if (last?.release === to) {
    return [];
  }
  const behind = new Set(upstreams(application.listening).map(({ service }) => service));
  const stopped = from === null ? [] : changed.filter((name) => application.stopFirst.includes(name));
  const [held, down] = [stopped.filter((name) => behind.has(name)), stopped.filter((name) => !behind.has(name))];
  const parts = [
    from === null
      ? `First release: ${to}.`
      : `${kind === "rollback" ? "Rollback" : "Promotion"} from ${from} to ${to}.`,
    changed.length > 0 ? `Changed: ${changed.join(", ")}.` : "No service changes.",
    ...(backup?.due ? [`Backed up before: ${Object.keys(backup.services).join(", ")}.`] : []),
    ...(held.length > 0 ? [`Stopped first, and what is asked of it waits meanwhile: ${held.join(", ")}.`] : []),
    ...(down.length > 0 ? [`Stopped first, so down for a moment: ${down.join(", ")}.`] : []),
    `Its record: ${record}.`,
  ];
  return [info(parts.join(" "))];
}

import type { BackupPlan } from "../backup/plan";
import { publishedPorts } from "../application/stopFirst";
import type { Service } from "../compose/index";
import { upstreams } from "../edge/layout";
import type { Promotion } from "../release/diff";
import type { StageRun } from "../release/record";
import type { Application } from "./application";
import { info, type Notice } from "./notices";

/** What is read of an application to announce its release. */
type Announced = Pick<Application, "stopFirst" | "listening"> & {
  config: { services: Readonly<Record<string, Pick<Service, "ports">>> };
};

/**
 * Tells what a preview's list of resources leaves out: from which release to which, and which services are down
 * meanwhile. A service that callers reach through the edge alone is not: the edge holds what they ask.
 *
 * @param record the digest of the release's record
 * @param last the stage's last run
 */
export function announced(
  { from, to, changed }: Promotion,
  record: string,
  kind: string,
  last: StageRun | undefined,
  application: Announced,
  backup: Pick<BackupPlan, "due" | "services"> | undefined,
): Notice[] {
  if (last?.release === to) {
    return [];
  }
  const behind = new Set(upstreams(application.listening).map(({ service }) => service));
  const stopped = from === null ? [] : changed.filter((name) => application.stopFirst.includes(name));
  // A port that its container itself holds is nobody's meanwhile.
  const isHeld = (name: string): boolean =>
    behind.has(name) && publishedPorts(application.config.services[name] ?? {}).length === 0;
  const [held, down] = [stopped.filter(isHeld), stopped.filter((name) => !isHeld(name))];
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

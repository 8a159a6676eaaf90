import type { ComposeConfig } from "../../compose/model";
import type { StageId } from "../labels";
import type { StageRun } from "../release/release";
import { dataServices, type DataService } from "./dataServices";
import { backupId } from "./manifest";
import type { Keeping } from "./retention";

/** What is to be saved before a stage's next change of its release. */
export interface BackupPlan extends StageId, Keeping {
  /** Whether this update changes the release: else there is nothing to do. */
  due: boolean;
  /** The backup that will be taken; where none is due, the one that the last promotion names. */
  id: string | null;
  /** The release that runs; null where none does yet. */
  from: string | null;
  /** The release to come. */
  to: string;
  services: Record<string, DataService>;
  /** The last recorded promotion: when it was, and the backup that it names. */
  last: { at: string; backup?: string } | null;
}

/**
 * Plans the backup before a promotion or a rollback.
 *
 * @param to the release that the stage takes over
 * @param history what the stage ran, oldest first
 * @param now when the update is planned
 * @returns undefined for an application without data
 * @throws Error naming a service whose own command holds a secret
 */
export function planBackup(
  stage: StageId,
  config: Pick<ComposeConfig, "services">,
  to: string,
  history: readonly StageRun[],
  keeping: Keeping,
  now: Date,
): BackupPlan | undefined {
  const services = dataServices(config);
  if (Object.keys(services).length === 0) {
    return undefined;
  }
  const last = history.at(-1);
  const due = last !== undefined && last.release !== to;
  return {
    ...stage,
    ...keeping,
    due,
    id: due ? backupId(now) : (last?.backup ?? null),
    from: last?.release ?? null,
    to,
    services,
    last: last ? { at: last.at, backup: last.backup } : null,
  };
}

/** The backup as a preview shows it. */
export function shownBackup({ due, from, to, services }: BackupPlan): string {
  const names = Object.entries(services).map(
    ([name, { kind }]) => `${name} (${kind === "own" ? "its own command" : kind})`,
  );
  if (due) {
    return `${names.join(", ")} before ${to}`;
  }
  return from === null ? "none: nothing runs yet" : "none: the release does not change";
}

import type { ComposeConfig } from "../compose/index";
import { isData } from "../docker/holders/claims";
import type { Handover } from "../docker/holders/handover";
import type { StageId } from "../docker/labels";
import type { StageRun } from "../release/record";
import { extensionOf } from "../application/extension";
import { dataServices, type DataService } from "./dataServices";
import { kindOfImage } from "./images";
import { backupId } from "./manifest";
import type { Keeping } from "./retention";

/** The backup before a stage's next change of its release. */
export interface BackupPlan extends StageId, Keeping {
  /** Whether this update changes the release; otherwise nothing is saved. */
  due: boolean;
  /** The coming backup; where none is due, the backup that the last promotion names. */
  id: string | null;
  /** The release that runs; null before the first one. */
  from: string | null;
  /** The release to come. */
  to: string;
  services: Record<string, DataService>;
  /**
   * The stage's own public key for backups, as far as the plan knows it: from what the stage told last. A declared step gets it from the
   * stage's key itself.
   */
  recipient?: string;
  /** The last recorded promotion: its time, and the backup that it names. */
  last: { at: string; backup?: string } | null;
}

/**
 * Plans the backup before a promotion or a rollback.
 *
 * @param to the release that the stage takes over
 * @param history the releases that the stage ran, oldest first
 * @param now the time of the plan
 * @param leaving by service, the data that lose their service: the coming release lacks it, or gives its data to
 *   another
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
  leaving: Record<string, DataService> = {},
): BackupPlan | undefined {
  const services = { ...leaving, ...dataServices(config) };
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

/**
 * Plans the backup in a stage that builds: only data that change their service are saved.
 *
 * @param services the services to save; where there are none, nothing is planned
 * @param recipient the stage's own public key, as it told it last; undefined: it has not
 */
export function planHandoverBackup(
  stage: StageId,
  services: Record<string, DataService>,
  keeping: Keeping,
  now: Date,
  recipient?: string,
): BackupPlan | undefined {
  if (Object.keys(services).length === 0) return undefined;
  const id = backupId(now);
  return { ...stage, ...keeping, due: true, id, from: null, to: "the next build", services, recipient, last: null };
}

/**
 * The services that give data to another one, as far as they can be saved. The coming release says how: by the service
 * itself, or by its successor where it lacks the service. Otherwise the running image tells.
 *
 * @param handovers everything that changes its holder
 * @param config of the release to come
 */
export function givingData(
  handovers: readonly Handover[],
  config: Pick<ComposeConfig, "services">,
): Record<string, DataService> {
  const { services } = config;
  const kinds = dataServices(config);
  const found = handovers.flatMap(({ from, to, image, claims }): [string, DataService][] => {
    const [[, name = ""], [, next = ""]] = [from.split(" "), to.split(" ")];
    const speaks = name in services ? name : next;
    const { backup } = services[speaks] ? extensionOf(services[speaks]) : {};
    if (!from.startsWith("service ") || !claims.some(isData) || backup === false) return [];
    const known = kindOfImage(image);
    const data = backup ? kinds[speaks] : known && ({ kind: known } as const);
    return data ? [[name, data]] : [];
  });
  return Object.fromEntries(found);
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

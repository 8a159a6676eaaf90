import { partOf } from "../holders/holder";

/** An object of the Docker Engine that carries labels. */
export interface Labelled {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Of a container: whether it runs. */
  isRunning?: boolean;
}

const telling = ["slipway.project", "slipway.stage", "slipway.network"];

/**
 * The labels that tell a network's stage and key. Labels from the compose file are left out, because a release may
 * change them, and then its predecessor's orphans would not be found.
 */
export function identity(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => telling.includes(label)));
}

/**
 * The containers of a stage that are to be removed: those of services, jobs and checks, those that carry files,
 * connectors, doors, the edge and the registry, except those that stay; and the container of a backup that never began.
 * (Jobs and checks that ended have no container.)
 *
 * @param kept ids
 */
export function others<T extends Labelled>(found: readonly T[], kept: readonly string[]): T[] {
  const stay = new Set(kept);
  return found.filter(({ id, labels, isRunning }) => {
    // A running backup was asked for by hand and is none of the update's business.
    if (labels["slipway.role"] === "backup") return isRunning === false;
    const carries = "slipway.files" in labels || "slipway.connector" in labels;
    return !stay.has(id) && (carries || partOf(labels) !== undefined);
  });
}

/**
 * The containers that stay and are to run, but do not: a killed update stopped them for a container that has been
 * removed since.
 *
 * @param kept ids
 */
export function stopped<T extends Labelled>(found: readonly T[], kept: readonly string[]): T[] {
  return found.filter(({ id, labels, isRunning }) => kept.includes(id) && isRunning === false && partOf(labels));
}

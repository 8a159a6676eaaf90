import { partOf } from "../holders/holder";

/** Something of the Docker Engine that carries labels. */
export interface Labelled {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Of a container: whether it runs. */
  isRunning?: boolean;
}

const telling = ["slipway.project", "slipway.stage", "slipway.network"];

/**
 * The labels that say which network of which stage something is. What the compose file adds is not among them, because a release may
 * change it, and with it would not know its predecessor's orphans.
 */
export function identity(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => telling.includes(label)));
}

/**
 * The containers of services, of jobs and checks, those that carry their files, the tunnel's connectors, the doors of names, the edge and the
 * registry, that are not among those that stay, and that of a backup which never began. A job or a check that ended is none of them: its container went with it.
 *
 * @param kept ids
 */
export function others<T extends Labelled>(found: readonly T[], kept: readonly string[]): T[] {
  const stay = new Set(kept);
  return found.filter(({ id, labels, isRunning }) => {
    // Somebody may make a backup by hand, which an update has nothing to do with.
    if (labels["slipway.role"] === "backup") return isRunning === false;
    const carries = "slipway.files" in labels || "slipway.connector" in labels;
    return !stay.has(id) && (carries || partOf(labels) !== undefined);
  });
}

/**
 * What is to run among those that stay and does not: an update that was killed stopped it for a container that was taken away since.
 *
 * @param kept ids
 */
export function stopped<T extends Labelled>(found: readonly T[], kept: readonly string[]): T[] {
  return found.filter(({ id, labels, isRunning }) => kept.includes(id) && isRunning === false && partOf(labels));
}

/** Something of the Docker Engine that carries labels. */
export interface Labelled {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Of a container: whether it runs. */
  isRunning?: boolean;
}

const telling = [
  "slipway.project",
  "slipway.stage",
  "slipway.service",
  "slipway.role",
  "slipway.door",
  "slipway.network",
];

/**
 * The labels that say what part of which stage something is. What the compose file adds is not among them, because a release may
 * change it, and with it would not know its predecessor's leftovers.
 */
export function identity(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => telling.includes(label)));
}

/** What runs as a part of a release, carries the files of one, or leads people or other services to it; neither the edge nor the registry. */
const parts = ["slipway.service", "slipway.job", "slipway.check", "slipway.files", "slipway.connector", "slipway.door"];

/**
 * The containers of services, of jobs and checks, those that carry their files, the tunnel's connectors, and the doors of names, that are not among those
 * that stay, and that of a backup which never began. A job or a check that ended is none of them: its container went with it.
 *
 * @param kept ids
 */
export function others<T extends Labelled>(found: readonly T[], kept: readonly string[]): T[] {
  const stay = new Set(kept);
  return found.filter(({ id, labels, isRunning }) => {
    // Somebody may make a backup by hand, which an update has nothing to do with.
    if (labels["slipway.role"] === "backup") return isRunning === false;
    return !stay.has(id) && parts.some((part) => part in labels);
  });
}

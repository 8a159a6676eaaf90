import type { Manifest } from "./manifest";

/** How many backups of a stage are kept, for how long, and for whom. */
export interface Keeping {
  /** How many of the newest stay, whatever their age. */
  keep: number;
  /** How many days each stays. */
  days: number;
  /** The public keys that they are encrypted for beside the stage's own, as age writes them. */
  recipients: readonly string[];
}

const day = 24 * 60 * 60 * 1000;

/**
 * The backups that may be removed: older than so many days, and beyond so many newer ones.
 *
 * @param now in milliseconds since 1970
 * @param spared ids that stay whatever their age: the backup that the stage's last promotion names
 * @returns their ids, oldest first
 */
export function expired(
  backups: readonly Pick<Manifest, "id" | "at">[],
  { keep, days }: Pick<Keeping, "keep" | "days">,
  now: number,
  spared: readonly string[],
): string[] {
  return [...backups]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(keep)
    .filter(({ id, at }) => now - Date.parse(at) > days * day && !spared.includes(id))
    .map(({ id }) => id)
    .reverse();
}

/** What makes one service what it is: two services with the same text need not be touched. */
export type Fingerprints = Readonly<Record<string, string>>;

/** What a stage that takes over releases tells of the last time that it did. */
export interface Promotion {
  /** The release before; null where there was none. */
  from: string | null;
  to: string;
  /** The services that differ, or that only one of the two has. */
  changed: string[];
  unchanged: string[];
}

/**
 * Compares two releases as one stage would run them.
 *
 * @param from the services of the release before; none on a first promotion
 * @param to the services of the release to come
 */
export function compare(from: Fingerprints, to: Fingerprints): Pick<Promotion, "changed" | "unchanged"> {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return {
    changed: names.filter((name) => from[name] !== to[name]),
    unchanged: names.filter((name) => from[name] === to[name]),
  };
}

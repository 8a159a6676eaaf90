/** A text for each service that says everything about it: a service with the same text may stay untouched. */
export type Fingerprints = Readonly<Record<string, string>>;

/** The last change of release, as a stage that takes releases over shows it. */
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
 * @param from the services of the release before; empty on a first promotion
 * @param to the services of the coming release
 */
export function compare(from: Fingerprints, to: Fingerprints): Pick<Promotion, "changed" | "unchanged"> {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return {
    changed: names.filter((name) => from[name] !== to[name]),
    unchanged: names.filter((name) => from[name] === to[name]),
  };
}

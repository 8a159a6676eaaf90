import { nearest } from "../errors/suggest";

/**
 * The error for a release that the ledger does not hold. It proposes names: those that begin with the written one or
 * hold it, else the most similar ones, else the latest.
 *
 * @param names every release of the ledger
 * @param project the ledger's project
 */
export function unknownRelease(name: string, names: readonly string[], project: string): Error {
  if (names.length === 0) {
    return new Error(
      `No release ${name}: the ledger of ${project} holds none yet; bring staging up to record the first.`,
    );
  }
  const holding = name === "" ? [] : names.filter((candidate) => candidate.includes(name)).slice(0, 3);
  const alike = holding.length > 0 ? holding : nearest(name, names);
  return alike.length > 0
    ? new Error(`The ledger of ${project} holds no release ${name} as verified; did you mean ${alike.join(" or ")}?`)
    : new Error(`The ledger of ${project} holds no release ${name} as verified; it holds ${latest(names).join(", ")}.`);
}

/** The latest, by the time in their names: the written name gives no better hint. */
function latest(names: readonly string[]): string[] {
  const time = (name: string): string => /-([0-9]{8}-[0-9]{6})/.exec(name)?.[1] ?? "";
  const sorted = [...names].sort((a, b) => (time(a) < time(b) ? 1 : -1));
  return sorted.length > 3 ? [...sorted.slice(0, 3), `and ${sorted.length - 3} older`] : sorted;
}

import { type Dict, type Path, isDict, remove } from "./tree";

/**
 * Drops from `dict` the places that a later document marks `!reset` or `!override`, so that nothing is left to merge
 * with.
 */
export function applyResets(dict: Dict, resets: readonly Path[]): void {
  for (const path of resets) drop(dict, path);
}

/** The marks of one service, as seen from the service itself. */
export function resetsOfService(resets: readonly Path[], name: string): Path[] {
  return resets.filter((path) => path[0] === "services" && path[1] === name).map((path) => path.slice(2));
}

function drop(dict: Dict, path: Path): void {
  const [key, ...rest] = path;
  if (typeof key !== "string" || !Object.hasOwn(dict, key)) return;
  if (rest.length === 0) {
    remove(dict, key);
    return;
  }
  const next = dict[key];
  if (isDict(next)) drop(next, rest);
}

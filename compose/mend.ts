import { type Dict, type Path, dictAt, remove } from "./tree";

/**
 * Takes out of a document what has the wrong shape there, so that the rest can be looked at as well.
 *
 * @param paths what is wrong
 * @returns what was taken out: a list as a whole, because its elements would change places; undefined where others
 *   would miss it, as a whole service or section
 */
export function mend(document: Dict, paths: readonly Path[]): Path[] | undefined {
  const cuts = paths.map((path) => {
    const list = path.findIndex((key) => typeof key === "number");
    return list < 0 ? path : path.slice(0, list);
  });
  // A key that cannot be taken out would be found again.
  if (cuts.some((cut) => cut.length < 3 || !has(document, cut))) return undefined;
  for (const cut of cuts) cutOut(document, cut);
  return cuts;
}

function cutOut(document: Dict, path: Path): void {
  const holder = holderOf(document, path);
  if (holder) remove(holder, String(path.at(-1)));
}

function has(document: Dict, path: Path): boolean {
  const holder = holderOf(document, path);
  return holder !== undefined && Object.hasOwn(holder, String(path.at(-1)));
}

function holderOf(document: Dict, path: Path): Dict | undefined {
  return path.slice(0, -1).reduce<Dict | undefined>((here, key) => here && dictAt(here, String(key)), document);
}

import { setDefaults } from "./defaults";
import { checkValues } from "./values-check";
import { resolvePaths } from "./paths";
import type { Environment, Session } from "./session";
import { type Dict, type Value, copyOrigin, dictAt, isDict, listAt, originOf, setOrigin } from "./tree";

/**
 * Finishes a merged document, of a project or of an include: default values, checks that the schema cannot express,
 * resolved paths, and `- NAME` variables taken from the environment.
 */
export function finishDocument(document: Dict, folder: string, environment: Environment, session: Session): void {
  setDefaults(document);
  checkValues(document, session.problems);
  resolvePaths(document, { folder, home: session.home }, session.problems);
  for (const service of Object.values(dictAt(document, "services") ?? {})) {
    if (isDict(service)) passThrough(service, "environment", environment);
  }
}

/** Gives the `- NAME` entries of a list their values from the environment, in place. */
function passThrough(service: Dict, key: string, environment: Environment): void {
  const list = listAt(service, key);
  if (!list) return;
  const passed: Value[] = [];
  list.forEach((entry, index) => {
    const value = typeof entry === "string" ? environment.get(entry) : undefined;
    passed.push(value === undefined ? entry : `${String(entry)}=${value}`);
    const origin = originOf(list, index);
    if (value !== undefined && origin) setOrigin(passed, index, { ...origin, variables: [String(entry)] });
    else copyOrigin(list, index, passed);
  });
  service[key] = passed;
}

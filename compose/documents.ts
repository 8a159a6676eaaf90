import { canonicalize } from "./canonical";
import { applyExtends } from "./extends";
import { applyInclude } from "./include";
import { mend } from "./mend";
import { MergeError, merge } from "./merge";
import { ComposeError } from "./problems";
import { type Named, type Scope, readDocuments } from "./read";
import { applyResets } from "./reset";
import { wrongShapes } from "./schema";
import type { FileRole, Session } from "./session";
import { type Dict, isDict, listAt, nearestOrigin, put } from "./tree";
import { unify } from "./unique";

/** Reads compose files in order and merges them into one document in long form; paths stay as written. */
export function loadDocuments(files: readonly Named[], role: FileRole, scope: Scope, session: Session): Dict {
  let merged: Dict = {};
  for (const file of files) {
    for (const document of readDocuments(file, role, scope, session)) {
      const before = session.problems.list.length;
      applyExtends(document, file.path, scope, session);
      if (session.problems.list.length > before) session.lacksFiles = true;
      applyResets(merged, document.resets);
      applyInclude(document.value, file.path, scope, session);
      merged = mergeFile(merged, document.value, file.path, session);
      unify(merged);
      mendShape(merged, file.path, session);
      delete merged.version;
      canonicalize(merged, file.path, session.problems);
      dropEmptyDns(merged);
      unify(merged);
    }
  }
  return merged;
}

/** Goes on with what has the right shape, where others can do without the rest; ends the reading where they cannot. */
function mendShape(document: Dict, file: string, { problems }: Session): void {
  let wrong = wrongShapes(document);
  for (const { path, reason } of wrong) {
    problems.add(nearestOrigin(document, path)?.at ?? { file, line: 1, column: 1 }, path, reason);
  }
  while (wrong.length > 0) {
    const cut = mend(
      document,
      wrong.map(({ path }) => path),
    );
    if (!cut) problems.throwIfAny();
    cut?.forEach((path) => problems.leaveOut(path));
    wrong = wrongShapes(document);
  }
}

function mergeFile(base: Dict, over: Dict, file: string, session: Session): Dict {
  try {
    return merge(base, over);
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    session.problems.addIn(over, error.key, file, error.message);
    throw new ComposeError(session.problems.list);
  }
}

/** An empty `dns` entry, as `${DNS}` leaves behind, means none. */
function dropEmptyDns(document: Dict): void {
  const services = document.services;
  if (!isDict(services)) return;
  for (const service of Object.values(services).filter(isDict)) {
    const dns = listAt(service, "dns");
    if (dns)
      put(
        service,
        "dns",
        dns.filter((address) => address !== null && address !== ""),
      );
  }
}

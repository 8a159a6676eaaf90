import { interpolate } from "./interpolate";
import type { Environment, FileRole, Session } from "./session";
import { type Dict, type Path, type Position, isDict } from "./tree";
import { type ComposeDocument, readYaml } from "./yaml";

/** The surroundings that the files of one project, or of one include, have in common. */
export interface Scope {
  /** The folder that the paths in these files are relative to, as the source has it. */
  folder: string;
  environment: Environment;
  /** Files that include one another down to here. */
  chain: readonly string[];
}

/** A file, and the place that names it, if any does. */
export interface Named {
  path: string;
  by?: { at: Position; key: Path };
}

/** A document of a compose file that is ready to be merged. */
export interface ReadDocument extends ComposeDocument {
  value: Dict;
}

/** The documents of one file, filled from the scope's variables. Problems are added to the session's. */
export function readDocuments(file: Named, role: FileRole, scope: Scope, session: Session): ReadDocument[] {
  const text = session.read(file.path, role);
  if (text === undefined) {
    const by = file.by ?? { at: { file: file.path, line: 0, column: 0 }, key: [] };
    session.lacksFiles = true;
    session.problems.add(by.at, by.key, file.by ? `there is no file ${file.path}` : "there is no such file");
    return [];
  }
  const before = session.problems.list.length;
  const documents = readYaml(file.path, text, session.problems);
  if (session.problems.list.length > before) session.lacksFiles = true;
  return documents.flatMap((document) => {
    const value = document.value;
    if (!isDict(value)) {
      session.lacksFiles = true;
      const at = { file: file.path, line: 1, column: 1 };
      session.problems.add(at, [], "a compose file is a mapping with services: this holds something else");
      return [];
    }
    interpolate(value, (name) => scope.environment.get(name), session.problems, session.blanks);
    return [{ ...document, value }];
  });
}

import { isDeepStrictEqual } from "node:util";
import { loadDocuments } from "./documents";
import { finishDocument } from "./finish";
import type { EnvEntry } from "./dotenv";
import { folderOf, joinPath } from "./paths";
import type { Scope } from "./read";
import { type Session, withEnvFiles } from "./session";
import { type Dict, type Path, type Value, copyOrigin, dictAt, isDict, nearestOrigin } from "./tree";

/** Reads the included files and adds their services, networks, volumes, … to the document's own, in place. */
export function applyInclude(document: Dict, file: string, scope: Scope, session: Session): void {
  const includes = document.include;
  if (!Array.isArray(includes)) return;
  includes.forEach((value, index) => {
    const include = readInclude(value);
    const key: Path = ["include", index];
    const at = nearestOrigin(document, key)?.at ?? { file, line: 0, column: 0 };
    if (!include) {
      session.problems.add(at, key, "include takes a path, or a mapping with path, project_directory and env_file");
      return;
    }
    new Inclusion(document, { at, key, file }, { ...scope, chain: [...scope.chain, file] }, session).add(include);
  });
  delete document.include;
}

interface Include {
  paths: string[];
  projectDirectory?: string;
  envFiles: string[];
}

const kinds = ["services", "volumes", "networks", "secrets", "configs", "models"];

class Inclusion {
  constructor(
    private readonly document: Dict,
    private readonly by: { at: { file: string; line: number; column: number }; key: Path; file: string },
    private readonly scope: Scope,
    private readonly session: Session,
  ) {}

  add(include: Include): void {
    const files = include.paths.map((path) => joinPath(this.scope.folder, path));
    const main = files[0];
    if (main === undefined) return;
    if (this.scope.chain.includes(main)) {
      this.report(`include goes round in a circle: ${[...this.scope.chain, main].join(" → ")}`);
      return;
    }
    const seenFrom = include.projectDirectory ?? folderOf(include.paths[0] as string);
    const folder = joinPath(this.scope.folder, seenFrom);
    const environment = withEnvFiles(this.scope.environment, this.readEnvFiles(include, folder));
    const named = files.map((path) => ({ path, by: { at: this.by.at, key: this.by.key } }));
    const included = loadDocuments(named, "include", { ...this.scope, folder, environment }, this.session);
    finishDocument(included, seenFrom, environment, this.session);
    this.import(included);
  }

  private readEnvFiles(include: Include, folder: string): EnvEntry[] {
    const { environment } = this.scope;
    if (include.envFiles.length === 0) {
      return this.session.readEnvFile(joinPath(folder, ".env"), "dotenv", (name) => environment.get(name)) ?? [];
    }
    const all = new Map<string, EnvEntry>();
    for (const written of include.envFiles) {
      const path = joinPath(this.scope.folder, written);
      const entries = this.session.readEnvFile(path, "env_file", (name) => environment.get(name), {
        earlier: (name) => all.get(name)?.value,
      });
      if (!entries) this.session.missing(path, this.by.at, this.by.key);
      for (const entry of entries ?? []) all.set(entry.name, entry);
    }
    return [...all.values()];
  }

  private import(included: Dict): void {
    for (const kind of kinds) {
      const from = dictAt(included, kind);
      if (!from) continue;
      const into = (this.document[kind] ??= {}) as Dict;
      for (const [name, value] of Object.entries(from)) this.importOne(kind, into, from, name, value);
    }
  }

  private importOne(kind: string, into: Dict, from: Dict, name: string, value: Value): void {
    if (Object.hasOwn(into, name)) {
      if (isDeepStrictEqual(into[name], value)) return;
      const at = nearestOrigin(into, [name])?.at ?? this.by.at;
      const reason = "an included file has this too, with other content: rename one, or override it in a further file";
      this.session.problems.add(at, [kind, name], reason);
      return;
    }
    into[name] = value;
    copyOrigin(from, name, into);
  }

  private report(reason: string): void {
    this.session.problems.add(this.by.at, this.by.key, reason);
  }
}

function readInclude(value: Value): Include | undefined {
  if (typeof value === "string") return { paths: [value], envFiles: [] };
  if (!isDict(value)) return undefined;
  const paths = texts(value.path);
  if (paths.length === 0) return undefined;
  const directory = value.project_directory;
  return {
    paths,
    envFiles: texts(value.env_file),
    ...(typeof directory === "string" && directory !== "" ? { projectDirectory: directory } : {}),
  };
}

function texts(value: Value | undefined): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((text) => typeof text === "string");
}

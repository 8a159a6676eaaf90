import { canonicalize } from "./canonical";
import { MergeError, mergeService } from "./merge";
import { folderOf, joinPath, resolvePaths } from "./paths";
import { type ReadDocument, type Scope, readDocuments } from "./read";
import { applyResets, resetsOfService } from "./reset";
import type { Session } from "./session";
import { type Dict, type Path, cloneValue, dictAt, get, isDict, nearestOrigin } from "./tree";
import { unify } from "./unique";

/** Merges each service that extends another with that one, in place. */
export function applyExtends(document: ReadDocument, file: string, scope: Scope, session: Session): void {
  new Extension(file, scope, session).apply(document);
}

/** A document in which services are looked up, and its file. */
interface Place {
  document: ReadDocument;
  file: string;
}

class Extension {
  /** Documents read for `extends`, by path. */
  private readonly others = new Map<string, Place | undefined>();

  constructor(
    private readonly file: string,
    private readonly scope: Scope,
    private readonly session: Session,
  ) {}

  apply(document: ReadDocument): void {
    const services = dictAt(document.value, "services");
    for (const name of Object.keys(services ?? {})) this.resolve({ document, file: this.file }, name, []);
  }

  /** The service `name` of `place` with everything that it extends merged in. */
  private resolve(place: Place, name: string, chain: readonly string[]): Dict | undefined {
    const services = dictAt(place.document.value, "services");
    const service = services && dictAt(services, name);
    if (!service || !Object.hasOwn(service, "extends")) return service;
    const link = `${name} in ${place.file}`;
    if (chain.includes(link)) {
      this.report(place, name, `extends goes round in a circle: ${[...chain, link].join(" → ")}`);
      return undefined;
    }
    const base = this.base(place, name, service, [...chain, link]);
    delete service.extends;
    if (base) services[name] = this.mergeOver(base, service, place, name);
    return dictAt(services, name);
  }

  private base(place: Place, name: string, service: Dict, chain: readonly string[]): Dict | undefined {
    const target = readTarget(service);
    if (!target) {
      this.report(place, name, "extends takes the name of a service, or a mapping with service and file");
      return undefined;
    }
    const from = target.file === undefined ? place : this.other(target.file, place, name);
    if (!from) return undefined;
    const services = dictAt(from.document.value, "services");
    if (!services || get(services, target.service) === undefined) {
      this.report(place, name, `there is no service ${target.service} in ${from.file} to extend`);
      return undefined;
    }
    return this.resolve(from, target.service, chain);
  }

  private mergeOver(base: Dict, service: Dict, place: Place, name: string): Dict {
    const copy = cloneValue(base) as Dict;
    applyResets(copy, resetsOfService(place.document.resets, name));
    try {
      return mergeService(name, copy, service);
    } catch (error) {
      if (!(error instanceof MergeError)) throw error;
      this.session.problems.addIn(place.document.value, error.key, place.file, error.message);
      return service;
    }
  }

  /** Another file, with its services in long form and paths relative to the files that extend it. */
  private other(written: string, place: Place, name: string): Place | undefined {
    const path = joinPath(this.scope.folder, written);
    if (this.others.has(path)) return this.others.get(path);
    const by = { at: this.origin(place, name), key: ["services", name, "extends"] };
    const [document] = readDocuments({ path, by }, "extends", this.scope, this.session);
    if (document) {
      canonicalize(document.value, path, this.session.problems);
      unify(document.value);
      resolvePaths(document.value, { folder: folderOf(written), home: this.session.home }, this.session.problems);
    }
    const other = document && { document, file: path };
    this.others.set(path, other);
    return other;
  }

  private report(place: Place, name: string, reason: string): void {
    this.session.problems.add(this.origin(place, name), ["services", name, "extends"], reason);
  }

  private origin(place: Place, name: string) {
    const path: Path = ["services", name, "extends"];
    return nearestOrigin(place.document.value, path)?.at ?? { file: place.file, line: 0, column: 0 };
  }
}

function readTarget(service: Dict): { service: string; file?: string } | undefined {
  const written = service.extends;
  if (typeof written === "string") return { service: written };
  if (!isDict(written) || typeof written.service !== "string") return undefined;
  return { service: written.service, ...(typeof written.file === "string" ? { file: written.file } : {}) };
}

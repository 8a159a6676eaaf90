import { isDeepStrictEqual } from "node:util";
import { has, plain, unknown, type Request, type Resource, type Values } from "./resource";

/** What a resource type says of itself where inputs change. */
export interface Rules {
  /** Whether another value of an input takes another object; else the object is changed in place. */
  replaces(input: string): boolean;
  /** Whether the old object goes before the new one comes, where the program does not say. */
  deleteFirst?: boolean;
}

/** What is to be done about a resource. */
export type Decision =
  | { op: "create" }
  | { op: "same" }
  | { op: "update"; changed: string[] }
  | { op: "replace"; changed: string[]; deleteFirst: boolean };

/** How an object is found on the machine. */
export type Found = "as declared" | "changed" | "gone";

/**
 * Decides what is to be done about a resource, by the rules of Pulumi's engine: what did not come up is replaced where
 * `replaceOnChanges` says so with `#initerror`, and is tried again in place else.
 *
 * @param old as the state has it
 * @param found how its object is found on the machine
 */
export function decide(old: Resource | undefined, request: Request, rules: Rules, found: Found): Decision {
  if (!old || found === "gone") return { op: "create" };
  const failed = old.initError === undefined ? [] : ["#initerror"];
  const changed = [...changes(old.inputs, request.inputs), ...failed];
  const replacing = changed.filter(
    (input) => rules.replaces(input) || request.replaceOnChanges.some((path) => path === "*" || top(path) === input),
  );
  if (replacing.length > 0) {
    const deleteFirst = request.deleteBeforeReplace ?? rules.deleteFirst ?? false;
    return { op: "replace", changed: replacing, deleteFirst };
  }
  return changed.length > 0 || found === "changed" ? { op: "update", changed } : { op: "same" };
}

/** The inputs that differ; one that is not known yet counts as different. */
export function changes(old: Values, next: Values): string[] {
  const given = (values: Values, key: string): unknown => plain(values[key]) ?? undefined;
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (key) => !isDeepStrictEqual(given(old, key), given(next, key)) || has(next[key], (part) => part === unknown),
  );
}

/** The request with the old value of every input whose changes are ignored. */
export function ignoring(request: Request, old: Resource | undefined): Request {
  if (!old || request.ignoreChanges.length === 0) return request;
  const isNested = (path: string): boolean => /^\w+\.\w+$/.test(path);
  const nested = request.ignoreChanges.filter(isNested).map((path) => path.split("."));
  const ignored = request.ignoreChanges.filter((path) => !isNested(path)).map(top);
  const pick = (values: Values, which: boolean): Values =>
    Object.fromEntries(Object.entries(values).filter(([key]) => ignored.includes(key) === which));
  const inputs = { ...pick(request.inputs, false), ...pick(old.inputs, true) };
  for (const [outer = "", inner = ""] of nested) {
    const [next, former] = [inputs[outer] as Values | undefined, old.inputs[outer] as Values | undefined];
    if (!next || !former) continue;
    const { [inner]: _, ...others } = next;
    inputs[outer] = inner in former ? { ...others, [inner]: former[inner] } : others;
  }
  return { ...request, inputs };
}

/**
 * The resources that cannot outlive another one's deletion: those that would be replaced because an input of theirs comes from
 * it. The last comes first, so that each goes before what it depends on.
 */
export function bound(urn: string, resources: readonly Resource[], rules: (type: string) => Rules): Resource[] {
  const direct = resources.filter(({ type, propertyDependencies }) =>
    Object.entries(propertyDependencies).some(([input, urns]) => urns.includes(urn) && rules(type).replaces(input)),
  );
  return [...new Set(direct.flatMap((resource) => [...bound(resource.urn, resources, rules), resource]))];
}

/**
 * The order in which resources go: each after all that depends on it, and the last of the state first. What has a successor stands
 * where it always stood, which may be before what it depends on, so the state's order alone does not tell.
 */
export function lastFirst(resources: readonly Resource[]): Resource[] {
  const dependents = new Map<string, Resource[]>();
  for (const resource of [...resources].reverse()) {
    for (const urn of new Set([...resource.dependencies, resource.provider])) {
      dependents.set(urn, [...(dependents.get(urn) ?? []), resource]);
    }
  }
  const met = new Set<Resource>();
  const ordered: Resource[] = [];
  const place = (resource: Resource): void => {
    // A program that turned a dependency around makes a circle, which ends where it began.
    if (met.has(resource)) return;
    met.add(resource);
    dependents.get(resource.urn)?.forEach(place);
    ordered.push(resource);
  };
  [...resources].reverse().forEach(place);
  return ordered;
}

/** `triggers[*]` and `labels[0].value` are of `triggers` and `labels`. */
function top(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

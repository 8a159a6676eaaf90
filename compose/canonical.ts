import { cleanPath } from "./paths";
import { type PatternNode, patterns, step } from "./patterns";
import { parsePort } from "./ports";
import type { Problems } from "./problems";
import { scalarText } from "./scalars";
import { type Dict, type Path, type Value, copyOrigin, isDict, nearestOrigin, originOf, put, setOrigin } from "./tree";
import { parseVolume } from "./volumes";

/**
 * Turns a value into its long form, or throws an Error with the reason. `report` is for the elements of a list, so that
 * all wrong ones are reported.
 */
type Form = (value: Value, report: (index: number, reason: string) => void) => Value;

/**
 * Brings the short forms of a merged document (already valid by the schema) into their long ones, in place: compose-go
 * 2.9, package `transform`. Invalid short forms are added to `problems`.
 */
export function canonicalize(document: Dict, file: string, problems: Problems): void {
  walk(document, [], forms, (path, reason) => {
    problems.add(nearestOrigin(document, path)?.at ?? { file, line: 0, column: 0 }, path, reason);
    problems.leaveOut(path);
  });
}

function walk(
  container: Dict | Value[],
  path: Path,
  rules: PatternNode<Form>,
  report: (path: Path, reason: string) => void,
): void {
  const entries: Iterable<[string | number, Value]> = isDict(container)
    ? Object.entries(container)
    : container.entries();
  for (const [key, value] of entries) {
    const rule = step(rules, key);
    if (!rule) continue;
    const here = [...path, key];
    let long = value;
    try {
      if (rule.rule && value !== null) {
        long = rule.rule(value, (index, reason) => report([...here, index], reason));
        put(container, key, long);
        if (typeof value === "string" && isDict(long)) moveInside(container, key, long);
      }
    } catch (error) {
      report(here, (error as Error).message);
    }
    if (typeof long === "object" && long !== null && rule.next.size > 0) walk(long, here, rule, report);
  }
}

/** A text may become one key of its long form; then the variables of the text filled that key. */
function moveInside(container: Dict | Value[], key: string | number, long: Dict): void {
  const origin = originOf(container, key);
  const [only, ...others] = Object.keys(long);
  if (!origin || only === undefined || others.length > 0) return;
  setOrigin(long, only, origin);
  setOrigin(container, key, { at: origin.at });
}

const inList: Form = (value) => {
  if (typeof value !== "string") return value;
  return [value];
};

/** `- name` lists as `name: null` mappings. */
const namesToDict: Form = (value) => {
  if (!Array.isArray(value)) return value;
  return listToDict(value, () => null);
};

const dependencies: Form = (value) => {
  if (Array.isArray(value)) return listToDict(value, () => ({ condition: "service_started", required: true }));
  if (!isDict(value)) return value;
  for (const dependency of Object.values(value).filter(isDict)) {
    dependency.condition ??= "service_started";
    dependency.required ??= true;
  }
  return value;
};

const keyValues: Form = (value, report) => {
  if (!Array.isArray(value)) return value;
  const dict: Dict = {};
  value.forEach((element, index) => {
    const [key = "", ...rest] = scalarText(element).split("=");
    if (rest.length === 0) report(index, `"${key}" has no value: write name=value`);
    dict[key] = rest.join("=");
    copyOrigin(value, index, dict, key);
  });
  return dict;
};

const envFiles: Form = (value) => {
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list)) return value;
  const files = list.map((element): Value => {
    if (typeof element === "string") return { path: element, required: true };
    return isDict(element) ? { required: true, ...element } : element;
  });
  files.forEach((element, index) => {
    const from = list[index] as Value;
    if (isDict(element)) for (const key of Object.keys(element)) if (isDict(from)) copyOrigin(from, key, element);
    copyOrigin(list, index, files);
  });
  return files;
};

const mountedFile: Form = (value) => (typeof value === "string" ? { source: value } : value);

const ports: Form = (value, report) => {
  if (!Array.isArray(value)) return value;
  const all: Value[] = [];
  value.forEach((element, index) => {
    const expanded = isDict(element) ? [element] : portsOf(element, (reason) => report(index, reason));
    for (const port of expanded) setOrigin(all, all.push(port) - 1, originOf(value, index));
  });
  return all;
};

function portsOf(element: Value, report: (reason: string) => void): Dict[] {
  try {
    return parsePort(scalarText(element));
  } catch (error) {
    report((error as Error).message);
    return [];
  }
}

const mount: Form = (value) => {
  if (typeof value !== "string") return value;
  const volume = parseVolume(value);
  return { ...volume, target: cleanPath(volume.target as string) };
};

const device: Form = (value) => {
  if (typeof value !== "string") return value;
  const [source = "", target = source, permissions = "rwm", ...rest] = value.split(":");
  if (rest.length > 0) throw new Error(`"${value}" has too many colons: use the long form with source and target`);
  return { source, target: target === "" ? source : target, permissions };
};

const gpus: Form = (value) => (value === "all" ? [{ count: "all" }] : value);

const sshKeys: Form = (value, report) => {
  if (!Array.isArray(value)) return value;
  const keys: Dict = {};
  value.forEach((element, index) => {
    const [id = "", ...rest] = scalarText(element).split("=");
    if (rest.length === 0 && id !== "default") report(index, `"${id}" is no key: write default or id=path`);
    keys[id] = rest.length === 0 ? null : rest.join("=");
    copyOrigin(value, index, keys, id);
  });
  return keys;
};

const external: Form = (value) => {
  if (!isDict(value) || !isDict(value.external)) return value;
  const name = value.external.name;
  if (name !== undefined && value.name !== undefined && value.name !== name) {
    throw new Error("name and external.name differ: write only name");
  }
  copyOrigin(value.external, "name", value);
  if (name !== undefined) value.name ??= name;
  value.external = true;
  return value;
};

function listToDict(list: Value[], make: () => Value): Dict {
  const dict: Dict = {};
  list.forEach((element, index) => {
    const key = scalarText(element);
    dict[key] = make();
    copyOrigin(list, index, dict, key);
  });
  return dict;
}

const build: Form = (value) => (typeof value === "string" ? { context: value } : value);
const text: Form = (value) => (isDict(value) || Array.isArray(value) ? value : scalarText(value));

const forms = patterns<Form>({
  "services.*.build": build,
  "services.*.build.secrets.*": mountedFile,
  "services.*.build.provenance": text,
  "services.*.build.sbom": text,
  "services.*.build.additional_contexts": keyValues,
  "services.*.build.ssh": sshKeys,
  "services.*.depends_on": dependencies,
  "services.*.env_file": envFiles,
  "services.*.label_file": inList,
  "services.*.gpus": gpus,
  "services.*.networks": namesToDict,
  "services.*.models": namesToDict,
  "services.*.volumes.*": mount,
  "services.*.dns": inList,
  "services.*.devices.*": device,
  "services.*.secrets.*": mountedFile,
  "services.*.configs.*": mountedFile,
  "services.*.ports": ports,
  "services.*.develop.watch.*.ignore": inList,
  "services.*.develop.watch.*.include": inList,
  "volumes.*": external,
  "networks.*": external,
  "secrets.*": external,
  "configs.*": external,
});

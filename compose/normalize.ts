import { cleanPath } from "./paths";
import type { Environment } from "./session";
import {
  type Dict,
  type Value,
  copyOrigin,
  dictAt,
  get,
  isDict,
  listAt,
  originOf,
  remove,
  setOrigin,
  textAt,
} from "./tree";

/**
 * Adds the parts that Compose adds by itself to a merged document, in place: the default network, dependencies that
 * follow from other keys, names of networks, volumes, secrets and configs, variables passed through (compose-go 2.9,
 * loader/normalize.go).
 */
export function normalize(document: Dict, projectName: string, environment: Environment): void {
  document.name = projectName;
  addDefaultNetwork(document);
  for (const service of Object.values(dictAt(document, "services") ?? {})) {
    if (isDict(service)) normalizeService(service, environment);
  }
  nameResources(document, projectName);
}

function addDefaultNetwork(document: Dict): void {
  let used = false;
  for (const service of Object.values(dictAt(document, "services") ?? {})) {
    if (!isDict(service) || Object.hasOwn(service, "provider") || Object.hasOwn(service, "network_mode")) continue;
    const joined = dictAt(service, "networks");
    if (!joined || Object.keys(joined).length === 0) service.networks = { default: null };
    if (!joined || Object.keys(joined).length === 0 || Object.hasOwn(joined, "default")) used = true;
  }
  if (!used) return;
  const networks = dictAt(document, "networks") ?? {};
  if (!Object.hasOwn(networks, "default")) networks.default = null;
  document.networks = networks;
}

function normalizeService(service: Dict, environment: Environment): void {
  if (service.pull_policy === "if_not_present") service.pull_policy = "missing";
  const build = dictAt(service, "build");
  if (build) {
    build.context ??= ".";
    if (build.dockerfile_inline === undefined) build.dockerfile ??= "Dockerfile";
    passThrough(build, "args", environment, false);
  }
  passThrough(service, "environment", environment, true);
  addDependencies(service);
  for (const volume of listAt(service, "volumes") ?? []) {
    if (isDict(volume) && typeof volume.target === "string") volume.target = cleanPath(volume.target);
  }
}

/**
 * Gives variables without a value the environment's; those without one there are removed unless `keepUnset` is true.
 */
function passThrough(holder: Dict, key: string, environment: Environment, keepUnset: boolean): void {
  const written = get(holder, key);
  if (Array.isArray(written)) holder[key] = passList(written, environment, keepUnset);
  if (!isDict(written)) return;
  for (const [name, value] of Object.entries(written)) {
    if (value !== null) continue;
    const found = environment.get(name);
    if (found === undefined) {
      if (!keepUnset) remove(written, name);
      continue;
    }
    written[name] = found;
    notePassed(written, name, written, name, name);
  }
}

function passList(list: Value[], environment: Environment, keepUnset: boolean): Value[] {
  const passed: Value[] = [];
  list.forEach((entry, index) => {
    const name = typeof entry === "string" && !entry.includes("=") ? entry : undefined;
    const found = name === undefined ? undefined : environment.get(name);
    if (name !== undefined && found === undefined && !keepUnset) return;
    passed.push(found === undefined ? entry : `${String(name)}=${found}`);
    if (name !== undefined && found !== undefined) notePassed(list, index, passed, passed.length - 1, name);
    else copyOrigin(list, index, passed, passed.length - 1);
  });
  return passed;
}

function notePassed(
  from: Dict | Value[],
  fromKey: string | number,
  to: Dict | Value[],
  toKey: string | number,
  name: string,
): void {
  const origin = originOf(from, fromKey);
  if (origin) setOrigin(to, toKey, { ...origin, variables: [name] });
}

/** A service that uses another's network, volumes or namespaces depends on it. */
function addDependencies(service: Dict): void {
  const dependencies = dictAt(service, "depends_on") ?? {};
  const add = (name: string, restart: boolean): void => {
    if (Object.hasOwn(dependencies, name)) return;
    dependencies[name] = { condition: "service_started", required: true, restart };
  };
  for (const link of texts(service, "links")) {
    const parts = link.split(":");
    add(parts.length === 2 ? (parts[0] as string) : link, true);
  }
  for (const key of ["network_mode", "ipc", "pid", "uts", "cgroup"]) {
    const shared = textAt(service, key);
    if (shared?.startsWith("service:")) add(shared.slice("service:".length), true);
  }
  for (const source of texts(service, "volumes_from")) {
    if (!source.startsWith("container:")) add(source.split(":")[0] as string, false);
  }
  if (Object.keys(dependencies).length > 0) service.depends_on = dependencies;
}

function texts(service: Dict, key: string): string[] {
  return (listAt(service, key) ?? []).filter((value) => typeof value === "string");
}

function nameResources(document: Dict, projectName: string): void {
  for (const kind of ["networks", "volumes", "configs", "secrets"]) {
    const resources = dictAt(document, kind) ?? {};
    for (const [key, value] of Object.entries(resources)) {
      const resource = isDict(value) ? value : {};
      const external = /^(?:1|t|true)$/i.test(String(resource.external ?? ""));
      resource.name ??= external ? key : `${projectName}_${key}`;
      resources[key] = resource;
    }
  }
}

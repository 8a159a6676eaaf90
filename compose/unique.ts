import { volumeTarget } from "./volumes";
import { type PatternNode, patterns, step } from "./patterns";
import { scalarText } from "./scalars";
import { type Dict, type Value, copyOrigin, get, isDict, put } from "./tree";

/** The identity of a list's element; undefined for an element of unknown form. */
type Identity = (element: Value) => string | undefined;

/**
 * Removes duplicates from the lists that address things by a key (ports, mounts, variables, …), in place: a later
 * element takes the place of the earlier one. Rules: compose-go 2.9, override/uncity.go.
 */
export function unify(dict: Dict, rules: PatternNode<Identity> | undefined = identities): void {
  for (const [key, value] of Object.entries(dict)) {
    const rule = step(rules, key);
    if (!rule) continue;
    if (isDict(value)) unify(value, rule);
    else if (Array.isArray(value) && rule.rule) put(dict, key, latest(value, rule.rule));
  }
}

function latest(list: Value[], identity: Identity): Value[] {
  const kept: Value[] = [];
  const places = new Map<string, number>();
  list.forEach((element, index) => {
    const id = identity(element);
    const place = (id === undefined ? undefined : places.get(id)) ?? kept.length;
    if (id !== undefined) places.set(id, place);
    kept[place] = element;
    copyOrigin(list, index, kept, place);
  });
  return kept;
}

const byName: Identity = (element) => (typeof element === "string" ? element.split("=", 1)[0] : undefined);

const byTarget: Identity = (element) => {
  if (typeof element === "string") return volumeTarget(element);
  return isDict(element) && typeof element.target === "string" ? element.target : undefined;
};

const byDeviceTarget: Identity = (element) => {
  if (typeof element === "string") return element.split(":")[1] ?? element;
  return byTarget(element);
};

const byText: Identity = (element) => (isDict(element) || Array.isArray(element) ? undefined : scalarText(element));

const byPath: Identity = (element) => {
  if (typeof element === "string") return element;
  return isDict(element) && typeof element.path === "string" ? element.path : undefined;
};

/** The reference distinguishes a published number from the same number as text: only like forms replace each other. */
const byPort: Identity = (element) => {
  if (!isDict(element)) return typeof element === "string" || typeof element === "number" ? String(element) : undefined;
  if (!Object.hasOwn(element, "target")) return undefined;
  const published = get(element, "published");
  const host = get(element, "host_ip") ?? "0.0.0.0";
  const protocol = get(element, "protocol") ?? "tcp";
  return `${String(host)}:${typeof published}:${String(published)}:${String(element.target)}/${String(protocol)}`;
};

function byMount(folder: string): Identity {
  return (element) => {
    if (typeof element === "string") return `${folder}/${element}`;
    if (!isDict(element)) return undefined;
    return typeof element.target === "string" ? element.target : `${folder}/${String(element.source)}`;
  };
}

const identities = patterns<Identity>({
  "networks.*.labels": byName,
  "services.*.annotations": byName,
  "services.*.build.args": byName,
  "services.*.build.additional_contexts": byName,
  "services.*.build.tags": byName,
  "services.*.build.labels": byName,
  "services.*.cap_add": byName,
  "services.*.cap_drop": byName,
  "services.*.configs": byMount(""),
  "services.*.deploy.labels": byName,
  "services.*.devices": byDeviceTarget,
  "services.*.dns": byName,
  "services.*.dns_opt": byName,
  "services.*.dns_search": byName,
  "services.*.environment": byName,
  "services.*.env_file": byPath,
  "services.*.expose": byText,
  "services.*.labels": byName,
  "services.*.links": byName,
  "services.*.networks.*.aliases": byName,
  "services.*.networks.*.link_local_ips": byName,
  "services.*.ports": byPort,
  "services.*.profiles": byName,
  "services.*.secrets": byMount("/run/secrets"),
  "services.*.sysctls": byName,
  "services.*.tmpfs": byName,
  "services.*.volumes": byTarget,
});

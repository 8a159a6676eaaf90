import { type PatternNode, patterns, step } from "./patterns";
import { scalarText } from "./scalars";
import { type Dict, type Origin, type Value, copyOrigin, get, isDict, originOf, setOrigin } from "./tree";

/** Two values cannot be merged; the caller knows their place. */
export class MergeError extends Error {
  constructor(
    readonly key: readonly string[],
    reason: string,
  ) {
    super(reason);
  }
}

type Keys = readonly string[];

interface Merging {
  keys: Keys;
  rules: PatternNode<Rule> | undefined;
  /** Where the two values were written: for forms that become mappings on the way. */
  from: { base?: Origin; over?: Origin };
}

type Rule = (base: Value, over: Value, merging: Merging) => Value;

/**
 * Merges `over` into `base` by Compose's rules (compose-go 2.9, package `override`; Compose Specification, "Merge and
 * override"): mappings key by key, lists one after the other, and the special cases of the table below. `base` is
 * changed and returned; values from `over` keep their origin.
 *
 * @throws MergeError when a mapping or a list meets a value of another kind
 */
export function merge(base: Dict, over: Dict): Dict {
  return mergeDicts(base, over, [], mergeRules);
}

/** Merges a service over the one that it extends. */
export function mergeService(name: string, base: Dict, over: Dict): Dict {
  return mergeDicts(base, over, ["services", name], step(step(mergeRules, "services"), name));
}

function mergeDicts(base: Dict, over: Dict, keys: Keys, rules: PatternNode<Rule> | undefined): Dict {
  for (const [key, value] of Object.entries(over)) {
    const old = get(base, key);
    if (old === undefined) base[key] = value;
    else if (value === null && !step(rules, key)?.rule) continue;
    else {
      const from = { base: originOf(base, key), over: originOf(over, key) };
      base[key] = mergeValues(old, value, { keys: [...keys, key], rules: step(rules, key), from });
    }
    copyOrigin(over, key, base);
  }
  return base;
}

function mergeValues(base: Value, over: Value, merging: Merging): Value {
  const { keys, rules } = merging;
  if (rules?.rule) return rules.rule(base, over, merging);
  if (over === null) return base;
  if (isDict(base)) {
    if (!isDict(over)) throw new MergeError(keys, "an earlier file has a mapping here: write a mapping");
    return mergeDicts(base, over, keys, rules);
  }
  if (Array.isArray(base)) {
    if (!Array.isArray(over)) throw new MergeError(keys, "an earlier file has a list here: write a list");
    return concat(base, over);
  }
  return over;
}

function concat(first: Value[], second: Value[]): Value[] {
  const all: Value[] = [];
  for (const list of [first, second]) {
    list.forEach((value, index) => {
      all.push(value);
      copyOrigin(list, index, all, all.length - 1);
    });
  }
  return all;
}

const replace: Rule = (_base, over) => over;

const asList: Rule = (base, over) => concat(toList(base), toList(over));

const asNewHosts: Rule = (base, over) => {
  const known = toList(base);
  const fresh = toList(over);
  const added: Value[] = [];
  fresh.forEach((host, index) => {
    if (known.includes(host)) return;
    added.push(host);
    copyOrigin(fresh, index, added, added.length - 1);
  });
  return concat(known, added);
};

/** Options of a logging driver only make sense together, so they merge only under the same driver (or none). */
const asLogging: Rule = (base, over, { keys, rules }) => {
  if (!isDict(base) || !isDict(over)) return over ?? base;
  const [old, fresh] = [get(base, "driver"), get(over, "driver")];
  if (old !== undefined && fresh !== undefined && old !== fresh) return over;
  return mergeDicts(base, over, keys, rules);
};

const asBuild: Rule = (base, over, { keys, rules, from }) =>
  mergeDicts(shortAsDict(base, "context", from.base), shortAsDict(over, "context", from.over), keys, rules);

function namesAsDict(defaults: () => Value): Rule {
  return (base, over, { keys, rules }) =>
    mergeDicts(listAsDict(base, defaults), listAsDict(over, defaults), keys, rules);
}

const asPools: Rule = (base, over, { keys, rules }) => {
  if (!Array.isArray(base) || !Array.isArray(over)) return over;
  const pools: Value[] = [];
  const indexOf = (pool: Dict): number => pools.findIndex((known) => isDict(known) && known.subnet === pool.subnet);
  for (const old of base.filter(isDict)) {
    for (const fresh of over.filter(isDict)) {
      if (fresh.subnet !== old.subnet && indexOf(fresh) < 0) {
        pools.push(fresh);
        continue;
      }
      const merged = mergeDicts(old, fresh, keys, rules);
      const index = indexOf(merged);
      if (index >= 0) pools[index] = merged;
      else pools.push(merged);
    }
  }
  return pools;
};

function shortAsDict(value: Value, key: string, origin: Origin | undefined): Dict {
  if (isDict(value)) return value;
  const dict: Dict = typeof value === "string" ? { [key]: value } : {};
  setOrigin(dict, key, origin);
  return dict;
}

function listAsDict(value: Value, defaults: () => Value): Dict {
  if (isDict(value)) return value;
  const dict: Dict = {};
  if (!Array.isArray(value)) return dict;
  value.forEach((name, index) => {
    const key = scalarText(name);
    dict[key] = defaults();
    copyOrigin(value, index, dict, key);
  });
  return dict;
}

/** `KEY: value` mappings as the `KEY=value` lists that they stand for, sorted; a single text as a list of one. */
function toList(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [value];
  if (!isDict(value)) return [];
  const entries = Object.entries(value).flatMap(([key, element]) => {
    const texts = Array.isArray(element) ? element : [element];
    return texts.map((text) => ({
      text: text === null ? key : `${key}=${scalarText(text)}`,
      origin: originOf(value, key),
    }));
  });
  entries.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const list: Value[] = [];
  for (const { text, origin } of entries) setOrigin(list, list.push(text) - 1, origin);
  return list;
}

const mergeRules = patterns<Rule>({
  "networks.*.ipam.config": asPools,
  "networks.*.labels": asList,
  "volumes.*.labels": asList,
  "services.*.annotations": asList,
  "services.*.build": asBuild,
  "services.*.build.args": asList,
  "services.*.build.additional_contexts": asList,
  "services.*.build.extra_hosts": asNewHosts,
  "services.*.build.labels": asList,
  "services.*.command": replace,
  "services.*.depends_on": namesAsDict(() => ({ condition: "service_started", required: true })),
  "services.*.deploy.labels": asList,
  "services.*.dns": asList,
  "services.*.dns_opt": asList,
  "services.*.dns_search": asList,
  "services.*.entrypoint": replace,
  "services.*.env_file": asList,
  "services.*.label_file": asList,
  "services.*.environment": asList,
  "services.*.extra_hosts": asNewHosts,
  "services.*.healthcheck.test": replace,
  "services.*.labels": asList,
  "services.*.logging": asLogging,
  "services.*.models": namesAsDict(() => null),
  "services.*.networks": namesAsDict(() => null),
  "services.*.sysctls": asList,
  "services.*.tmpfs": asList,
  "services.*.ulimits.*": replace,
});

/** The content of a YAML document: plain values, without anything of YAML. */
export type Value = null | boolean | number | string | Value[] | Dict;

/** A mapping of a compose file. Read it with `get`: a service may be called `constructor`. */
export interface Dict {
  [key: string]: Value;
}

/** The way from the root of a compose file to a value: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[];

/** A place in a file; lines and columns count from 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** Where a value was written, and which variables filled it. */
export interface Origin {
  at: Position;
  /** Names of the variables that were looked up for this value, in order; absent when there were none. */
  variables?: readonly string[];
}

/*
 * Origins hang on the mapping or list that holds a value, as a property that is not enumerable: equality, JSON and spreading
 * do not see them, and every step from reading to the final model can hand them on without carrying a second tree about.
 * (A WeakMap does the same and costs the garbage collector more than all the rest of loading.)
 */
const originsKey = Symbol("origins");

interface Marked {
  [originsKey]?: Map<string | number, Origin>;
}

/** The origin of `container[key]`, if it is known. */
export function originOf(container: object, key: string | number): Origin | undefined {
  return (container as Marked)[originsKey]?.get(key);
}

/** Notes where `container[key]` comes from; nothing when `origin` is unknown. */
export function setOrigin(container: object, key: string | number, origin: Origin | undefined): void {
  if (!origin) return;
  const known = (container as Marked)[originsKey];
  if (known) known.set(key, origin);
  else Object.defineProperty(container, originsKey, { value: new Map([[key, origin]]) });
}

/** Hands the origin of `from[fromKey]` on to `to[toKey]`. */
export function copyOrigin(from: object, fromKey: string | number, to: object, toKey: string | number = fromKey): void {
  setOrigin(to, toKey, originOf(from, fromKey));
}

/** The origin of the value at `path` under `root`, or of the nearest value around it that has one. */
export function nearestOrigin(root: unknown, path: Path): Origin | undefined {
  let here = root;
  let nearest: Origin | undefined;
  for (const key of path) {
    if (typeof here !== "object" || here === null) break;
    nearest = originOf(here, key) ?? nearest;
    here = Object.hasOwn(here, key) ? (here as Record<string | number, unknown>)[key] : undefined;
  }
  return nearest;
}

/** Whether the value is a mapping. */
export function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a key that the mapping itself has; undefined otherwise. */
export function get(dict: Dict, key: string): Value | undefined {
  return Object.hasOwn(dict, key) ? dict[key] : undefined;
}

/** The mapping under `key`; undefined where there is none (absent, null or another value). */
export function dictAt(dict: Dict, key: string): Dict | undefined {
  const value = get(dict, key);
  return isDict(value) ? value : undefined;
}

/** The list under `key`, or undefined when there is none. */
export function listAt(dict: Dict, key: string): Value[] | undefined {
  const value = get(dict, key);
  return Array.isArray(value) ? value : undefined;
}

/** The text under `key`, or undefined when there is none. */
export function textAt(dict: Dict, key: string): string | undefined {
  const value = get(dict, key);
  return typeof value === "string" ? value : undefined;
}

/** A deep copy that keeps the origins. */
export function cloneValue(value: Value): Value {
  if (Array.isArray(value)) {
    const copy: Value[] = [];
    value.forEach((element, index) => {
      copy.push(cloneValue(element));
      copyOrigin(value, index, copy);
    });
    return copy;
  }
  if (!isDict(value)) return value;
  const copy: Dict = {};
  for (const [key, element] of Object.entries(value)) {
    copy[key] = cloneValue(element);
    copyOrigin(value, key, copy);
  }
  return copy;
}

/** Sets `container[key]`; the origin of the old value stays. */
export function put(container: Dict | Value[], key: string | number, value: Value): void {
  (container as Record<string | number, Value>)[key] = value;
}

/** Removes a key from a mapping. */
export function remove(dict: object, key: string): void {
  Reflect.deleteProperty(dict, key);
}

/**
 * The part of a path that a person wrote: a short form has no keys inside, and what is added by default stands nowhere.
 *
 * @returns the path up to its last key with an origin; the whole path where none has one
 */
export function writtenPath(root: unknown, path: Path): Path {
  let here = root;
  let length = 0;
  for (const [index, key] of path.entries()) {
    if (typeof here !== "object" || here === null) break;
    if (originOf(here, key)) length = index + 1;
    here = Object.hasOwn(here, key) ? (here as Record<string | number, unknown>)[key] : undefined;
  }
  return length === 0 ? path : path.slice(0, length);
}

/** A path as people write it: `services.web.ports[0].published`; a key that could be taken for several stands in quotes. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const shown = /^[^\s.[\]":]+$/.test(key) ? key : JSON.stringify(key);
    return text === "" ? shown : `${text}.${shown}`;
  }, "");
}

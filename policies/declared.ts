/** A resource as a program declares it: the part of it that rules look at. */
export interface Declared {
  /** Its type, such as `docker:index/container:Container`. */
  type: string;
  name: string;
  /** The types of the components that it belongs to, outermost first. */
  owners: readonly string[];
  /** Its inputs, as {@link plain} leaves them. */
  inputs: Inputs;
  /** Whether it stays when it is no longer declared; undefined where whoever asks is not told. */
  isKept?: boolean;
}

/** Values by name, {@link notKnown} in the place of those that are not known yet. */
export type Inputs = Readonly<Record<string, unknown>>;

/** Stands for a value that is not known before the update. What is asked in a preview is asked again in the update, when it is. */
export const notKnown = Symbol("not known before the update");

/**
 * Values as rules read them: texts, numbers, lists and records. In the place of what is not known yet stands {@link notKnown}: of an
 * output, of a promise, and of what throws when it is read, as an unknown value does in the engine's policies.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => part(value, index));
  }
  if (typeof value !== "object" || value === null) return value;
  return isRecord(value) ? record(value) : notKnown;
}

/** The same for the inputs of a resource. What is given as undefined is left out, as the engine leaves it out. */
export function record(values: object): Inputs {
  const parts = Object.keys(values).map((key) => [key, part(values, key)] as const);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

function part(values: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = (values as Record<string | number, unknown>)[key];
  } catch {
    // All that reading can throw is that the value is unknown.
    return notKnown;
  }
  return plain(value);
}

/** Outputs, promises and resources are objects of a class. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A value where it is a text, and known. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The records of a list, as far as they are known. */
export function records(value: unknown): Inputs[] {
  return Array.isArray(value) ? value.filter((item): item is Inputs => typeof item === "object" && item !== null) : [];
}

/** The texts of a list, or the one text, as far as they are known. */
export function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((item): item is string => typeof item === "string");
}

/** The record that a value is; an empty one where it is none, or not known. */
export function within(value: unknown): Inputs {
  return typeof value === "object" && value !== null ? (value as Inputs) : {};
}

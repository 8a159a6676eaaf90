/** A resource as a program declares it, as far as rules look at it. */
export interface Declared {
  /** Its type, such as `docker:index/container:Container`. */
  type: string;
  name: string;
  /** The types of the components that it belongs to, outermost first. */
  owners: readonly string[];
  /** Its inputs, as {@link plain} leaves them. */
  inputs: Inputs;
  /** Whether it stays when it is no longer declared; undefined: the engine does not tell a policy. */
  isKept?: boolean;
}

/** Values by name; {@link notKnown} stands for those that are not known yet. */
export type Inputs = Readonly<Record<string, unknown>>;

/** Stands for a value that is known only in the update. A rule that meets it in a preview is asked again then. */
export const notKnown = Symbol("not known before the update");

/**
 * Values as rules read them: texts, numbers, lists and records. {@link notKnown} takes the place of an output, a
 * promise, and a value that throws when it is read, as unknown values do in the engine's policies.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => part(value, index));
  }
  if (typeof value !== "object" || value === null) return value;
  return isRecord(value) ? record(value) : notKnown;
}

/** The same for the inputs of a resource; undefined ones are left out, as the engine leaves them out. */
export function record(values: object): Inputs {
  const parts = Object.keys(values).map((key) => [key, part(values, key)] as const);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

function part(values: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = (values as Record<string | number, unknown>)[key];
  } catch {
    // Reading throws for one reason: the value is unknown.
    return notKnown;
  }
  return plain(value);
}

/** Outputs, promises and resources are objects of a class. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The value where it is a known text, else undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The records of a list; other values, and those that are not known, are left out. */
export function records(value: unknown): Inputs[] {
  return Array.isArray(value) ? value.filter((item): item is Inputs => typeof item === "object" && item !== null) : [];
}

/** The texts of a list, or the one text; other values, and those that are not known, are left out. */
export function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((item): item is string => typeof item === "string");
}

/** The value where it is a known record, else an empty record. */
export function within(value: unknown): Inputs {
  return typeof value === "object" && value !== null ? (value as Inputs) : {};
}

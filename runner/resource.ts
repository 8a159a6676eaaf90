/** A value as it comes from and goes to a program: secrets are marked, and what a preview cannot know is {@link unknown}. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a program declares
export type Value = any;
export type Values = Record<string, Value>;

/** What stands for a value that only an update will know (Pulumi's SDK: runtime/rpc). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const mark = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** A resource as a program asks for it. */
export interface Request {
  urn: string;
  type: string;
  name: string;
  /** Components only group others. */
  custom: boolean;
  inputs: Values;
  /** URN of the provider; empty where none was given. */
  provider: string;
  /** URNs. */
  dependencies: string[];
  /** URNs, by the input that comes from them. */
  propertyDependencies: Record<string, string[]>;
  /** Undefined: as the type is used to. */
  deleteBeforeReplace?: boolean;
  retainOnDelete: boolean;
  protect: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** What is to be done before an object is made, where the program wants something done. */
  beforeCreate?: () => Promise<void>;
}

/** A resource as the state keeps it. */
export interface Resource extends Pick<
  Request,
  "urn" | "type" | "inputs" | "provider" | "dependencies" | "propertyDependencies" | "retainOnDelete" | "protect"
> {
  id: string;
  outputs: Values;
  /** Why it failed to come up; undefined where it is up. */
  initError?: string;
  /** Its successor is there: it goes at the end of an update that succeeds. */
  replaced?: boolean;
  /** An update began to make it and did not come to say how that ended. */
  pending?: boolean;
}

export function secret(value: Value): Values {
  return { [mark]: secretMark, value };
}

export function isSecret(value: Value): value is { value: Value } {
  return value?.[mark] === secretMark;
}

/** Rebuilds a value with each of its parts changed by a function, which returns undefined for what it leaves as it is. */
export function rebuilt(value: Value, change: (part: Value) => Value): Value {
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (Array.isArray(value)) return value.map((part) => rebuilt(part, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rebuilt(part, change)]));
}

/** The value with its secrets laid open. */
export function plain<T = Value>(value: Value): T {
  return rebuilt(value, (part) => (isSecret(part) ? plain(part.value) : undefined)) as T;
}

/** Whether some part of a value is what a function looks for. */
/** The same with a word in the place of each secret, as people are shown it. */
export function veiled<T = Value>(value: Value): T {
  return rebuilt(value, (part) => (isSecret(part) ? "[secret]" : undefined)) as T;
}

export function has(value: Value, looked: (part: Value) => boolean): boolean {
  if (looked(value)) return true;
  return value !== null && typeof value === "object" && Object.values(value).some((part) => has(part, looked));
}

/** The last part of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

import { z } from "zod";
import { Refusal } from "../errors/refusal";
import { nearest } from "../errors/suggest";
import { secretSettings } from "./machine";
import { namespace, schema } from "./schema";
import { plainly as inWords } from "./words";

/** A setting is missing or wrong; the message has a line for each problem. */
export class SettingsError extends Refusal {}

/**
 * The problems of a setting, in sentences.
 *
 * @param values all settings as they were given, by name
 */
export function describe(issue: z.core.$ZodIssue, values: Record<string, unknown>): string[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path, values);
    return issue.keys.map((key) => {
      const near = nearest(key, known, 1)[0];
      const hint = near ? `did you mean ${near}?` : `known are ${known.join(", ")}.`;
      return `${settingName([...issue.path, key])} is not a setting: ${hint}`;
    });
  }
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    values,
  );
  const found =
    value === undefined
      ? "it is not set"
      : mayBeSecret(issue.path, value)
        ? "it is not"
        : `found ${JSON.stringify(value)}`;
  return [`${settingName(issue.path)} must be ${expected(issue)}; ${found}.`];
}

/**
 * Whether a secret may have been written here by mistake: then the message leaves the value out, and no log holds it.
 */
function mayBeSecret(path: PropertyKey[], value: unknown): boolean {
  if (/age-secret-key-/i.test(JSON.stringify(value) ?? "")) return true;
  const name = path.map(String).join(".");
  const ofMachines = secretSettings.map((secret) => `machine.${secret}`);
  return /^tunnel(\.token)?$|^registry\.(username|password)$/.test(name) || ofMachines.includes(name);
}

function expected(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? issue.issues.map(inWords).join(", ") : inWords(issue);
}

/** The names of the settings that may stand under another one, of its own kind where it has kinds. */
function keysAt(path: PropertyKey[], values: Record<string, unknown>): string[] {
  let at: unknown = schema;
  let value: unknown = values;
  for (const key of path) {
    at = partOf(at, key, value);
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  const whole = plainly(at, value);
  return whole instanceof z.ZodObject ? Object.keys(whole.shape) : [];
}

/** The type of one part of a setting. */
function partOf(type: unknown, key: PropertyKey, value: unknown): unknown {
  const whole = plainly(type, value);
  if (whole instanceof z.ZodRecord) return whole.valueType;
  if (whole instanceof z.ZodArray) return whole.element;
  return whole instanceof z.ZodObject ? (whole.shape as Record<PropertyKey, unknown>)[key] : undefined;
}

/** A setting's type where it is given: without its default, and of the kind that its value names. */
function plainly(type: unknown, value: unknown): unknown {
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional) return plainly(type.unwrap(), value);
  // A transformation before or after the check says nothing of the settings within.
  if (type instanceof z.ZodPipe) return plainly(type.out instanceof z.ZodTransform ? type.in : type.out, value);
  if (!(type instanceof z.ZodDiscriminatedUnion)) return type;
  const kind = (value as { kind?: unknown } | undefined)?.kind;
  const options = type.options as z.ZodObject<{ kind: z.ZodLiteral }>[];
  return options.find((option) => option.shape.kind.value === kind);
}

function settingName(path: PropertyKey[]): string {
  return `${namespace}:${path.map(String).join(".")}`;
}

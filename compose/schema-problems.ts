import type { ErrorObject } from "ajv";
import { distance } from "fastest-levenshtein";
import { knownKeys } from "./known-keys";
import { type Dict, type Path, type Value, get, isDict } from "./tree";

/** A problem with a document's shape. */
export interface ShapeProblem {
  path: Path;
  reason: string;
}

/**
 * The validator's findings in the user's words. A value that may have several forms fails in each of them: the problem
 * deepest inside is kept, because it belongs to the form that was meant; without one, all possible forms are named.
 */
export function shapeProblems(document: Dict, errors: readonly ErrorObject[]): ShapeProblem[] {
  const choices = new Set(errors.filter(({ keyword }) => keyword === "oneOf").map(({ instancePath }) => instancePath));
  const problems: ShapeProblem[] = [];
  for (const place of new Set(errors.map(({ instancePath }) => instancePath))) {
    const here = errors.filter(({ instancePath }) => instancePath === place);
    const isChoice = choices.has(place);
    const specific = here.filter(({ keyword }) => keyword !== "oneOf" && !(isChoice && keyword === "type"));
    const deeper = errors.some(({ instancePath }) => instancePath.startsWith(`${place}/`));
    const path = toPath(document, place);
    const value = valueAt(document, path);
    for (const error of specific) problems.push({ path: pathOf(error, path), reason: reasonOf(error, value, path) });
    if (isChoice && specific.length === 0 && !deeper) problems.push({ path, reason: typeReason(typesOf(here), value) });
  }
  return problems;
}

function pathOf({ keyword, params }: ErrorObject, path: Path): Path {
  return keyword === "additionalProperties" ? [...path, String(params.additionalProperty)] : path;
}

function reasonOf(error: ErrorObject, value: Value | undefined, path: Path): string {
  const { keyword, params } = error;
  switch (keyword) {
    case "type":
      return typeReason(typesOf([error]), value);
    case "additionalProperties":
      return unknownKey(String(params.additionalProperty), path);
    case "required":
      return `${String(params.missingProperty)} is missing here`;
    case "enum":
      return `must be one of ${(params.allowedValues as unknown[]).join(", ")}`;
    case "pattern":
      return `must match ${String(params.pattern)}`;
    case "uniqueItems":
      return `elements ${String(params.j)} and ${String(params.i)} are the same: keep one`;
    case "minimum":
    case "maximum":
      return `must be ${String(params.comparison)} ${String(params.limit)}`;
    default:
      return error.message ?? "is not valid";
  }
}

function unknownKey(key: string, path: Path): string {
  const named = ["services", "networks", "volumes", "secrets", "configs", "models"];
  if (path.length === 1 && named.includes(String(path[0]))) {
    return "is not a name: use letters, digits, dots, dashes and underscores";
  }
  const near = knownKeys()
    .map((known) => ({ known, far: distance(known, key) }))
    .filter(({ far }) => far > 0 && far <= 2)
    .sort((a, b) => a.far - b.far)[0];
  const hint = near ? `: did you mean ${near.known}?` : "";
  return `is not a key of the Compose Specification at this place${hint}`;
}

const typeNames: Record<string, string> = {
  object: "a mapping",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "empty",
};

function typesOf(errors: readonly ErrorObject[]): string[] {
  return errors.filter(({ keyword }) => keyword === "type").flatMap(({ params }) => params.type as string | string[]);
}

/** A boolean may also be a text that holds a variable; messages leave that out. */
function typeReason(types: readonly string[], value: Value | undefined): string {
  const meant = types.includes("boolean") ? types.filter((type) => type !== "string") : types;
  const wanted = [...new Set(meant.map((type) => typeNames[type] ?? type))].join(" or ");
  const plain = typeof value === "number" || typeof value === "boolean";
  return `must be ${wanted}${plain && meant.includes("string") ? ": put it in quotes" : ""}`;
}

/** A JSON pointer as a path; digits are an index where there is a list. */
function toPath(document: Dict, pointer: string): Path {
  const path: (string | number)[] = [];
  let here: Value | undefined = document;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(here) ? Number(key) : key);
    here = Array.isArray(here) ? here[Number(key)] : isDict(here) ? get(here, key) : undefined;
  }
  return path;
}

function valueAt(document: Dict, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((here, key) => {
    if (Array.isArray(here)) return here[key as number];
    return isDict(here) ? get(here, String(key)) : undefined;
  }, document);
}

import type { z } from "zod";

const types: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  map: "a map",
  null: "nothing",
  undefined: "nothing",
};

/** The beginnings of zod's own messages, which fit into no sentence. */
const raw = /^(Invalid|Too (small|big)|Unrecognized)\b/;

/**
 * The words for what would be right in the place of a wrong setting, to stand behind "must be": the schema's own where
 * it has some.
 */
export function plainly(issue: z.core.$ZodIssue): string {
  if (!raw.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return types[issue.expected] ?? `a ${issue.expected}`;
    case "too_small":
      return `${sized(issue.origin)} ${bound(Number(issue.minimum) + (issue.inclusive === false ? 1 : 0), issue.origin, "least")}`;
    case "too_big":
      return `${sized(issue.origin)} ${bound(Number(issue.maximum) - (issue.inclusive === false ? 1 : 0), issue.origin, "most")}`;
    case "invalid_value":
      return issue.values.map(String).join(" or ");
    case "invalid_union":
      return (
        [...new Set(issue.errors.flatMap(([first]) => (first ? [plainly(first)] : [])))].join(" or ") ||
        "something else"
      );
    case "invalid_format":
      return issue.format === "regex" ? "a text of another form" : `a text of the form ${issue.format}`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    default:
      return "something else";
  }
}

function sized(origin: string): string {
  return types[origin] ?? "a value";
}

function bound(limit: number, origin: string, which: "least" | "most"): string {
  const unit = { string: ["character", "characters"], array: ["entry", "entries"] }[origin];
  if (!unit) return `of ${limit} at ${which}`;
  return which === "least" && limit === 1
    ? "that is not empty"
    : `of ${limit} ${limit === 1 ? unit[0] : unit[1]} at ${which}`;
}

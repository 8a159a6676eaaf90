import type { Value } from "./tree";

const integer = /^[-+]?(?:0|[1-9][0-9]*)$/;
const based = /^([-+]?)(?:0([xX])([0-9a-fA-F]+)|0([oO]?)([0-7]+)|0([bB])([01]+))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * The value of a plain (unquoted) YAML scalar, by the rules of the reference's YAML library: YAML 1.2's core schema,
 * plus `0777` as octal and `1_000` from YAML 1.1; `yes` and `on` are text. Numbers that JavaScript cannot hold, or
 * prints otherwise, stay text, because most of them are meant for variables and labels.
 */
export function plainScalar(text: string): Value {
  if (constants.has(text)) return constants.get(text) as Value;
  if (!/^[-+.0-9]/.test(text)) return text;
  return number(text.replaceAll("_", "")) ?? text;
}

const constants = new Map<string, Value>([
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((text) => [text, "+Inf"] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((text) => [text, "-Inf"] as const),
  ...[".nan", ".NaN", ".NAN"].map((text) => [text, "NaN"] as const),
]);

function number(text: string): Value | undefined {
  if (integer.test(text)) return safe(Number(text), text.replace(/^\+/, ""));
  const base = based.exec(text);
  if (base) {
    const [, sign, hex, hexDigits, , octalDigits, , binaryDigits] = base;
    const size = hex
      ? parseInt(hexDigits ?? "", 16)
      : octalDigits
        ? parseInt(octalDigits, 8)
        : parseInt(binaryDigits ?? "", 2);
    return safe(sign === "-" ? -size : size, text);
  }
  return float.test(text) ? (exponentText(Number(text)) ?? Number(text)) : undefined;
}

function safe(value: number, text: string): Value {
  return Number.isSafeInteger(value) ? value : text;
}

/**
 * The number as the reference prints it, where JavaScript prints it otherwise: Go uses an exponent from 1e6 up and
 * below 1e-4.
 */
function exponentText(value: number): string | undefined {
  if (Object.is(value, -0)) return "-0";
  const [digits, power] = value.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  if (value === 0 || (exponent >= -4 && exponent < 6)) return undefined;
  return `${digits}e${power.replace(/^([-+])(\d)$/, "$10$2")}`;
}

/**
 * A scalar as text, as the reference prints it, for a number or a boolean at a key that takes text. Null becomes the
 * empty text.
 */
export function scalarText(value: Value): string {
  return value === null ? "" : String(value);
}

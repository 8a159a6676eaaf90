import { formatDuration, parseDuration } from "../durations";
import { toBoolean, toInteger, toNumber } from "../interpolate";
import { scalarText } from "../scalars";
import { parseSize } from "../sizes";
import type { Value } from "../tree";
import type { Decode } from "./decode";

/** A text; the empty one is left out. */
export const text: Decode = (value) => {
  const written = scalarText(value);
  return written === "" ? undefined : written;
};

/** A text inside a list, kept when empty. */
export const anyText: Decode = (value) => scalarText(value);

/** A boolean that is printed even when false. */
export const choice: Decode = (value, spot) => {
  const decoded = typeof value === "string" ? toBoolean(value) : value;
  if (typeof decoded === "boolean" || decoded === null) return decoded ?? undefined;
  spot.report(`"${scalarText(value)}" is not a boolean: write true or false`);
  return undefined;
};

/** A boolean; false is left out. */
export const flag: Decode = (value, spot) => choice(value, spot) === true || undefined;

/** A whole number that is printed even when zero; what follows a decimal point is cut off. */
export const count: Decode = (value, spot) => {
  const decoded = typeof value === "string" ? toInteger(value) : value;
  if (typeof decoded === "number") return Math.trunc(decoded);
  if (decoded !== null) spot.report(`"${scalarText(value)}" is not a whole number`);
  return undefined;
};

/** A whole number; zero is left out. */
export const integer: Decode = (value, spot) => count(value, spot) || undefined;

/** A whole number that was written as one, not as text; zero is left out. */
export const plainInteger: Decode = (value, spot) => {
  if (typeof value !== "string") return integer(value, spot);
  spot.report(`"${value}" is text: write the number without quotes`);
  return undefined;
};

/** A number of single precision, as the reference holds it; zero is left out. */
export const single: Decode = (value, spot) => {
  const decoded = typeof value === "string" ? toNumber(value) : value;
  if (typeof decoded === "number") return shortestSingle(decoded) || undefined;
  if (decoded !== null) spot.report(`"${scalarText(value)}" is not a number`);
  return undefined;
};

/** The number with the fewest digits that has the same value in single precision. */
function shortestSingle(value: number): number {
  const rounded = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(rounded.toPrecision(digits));
    if (Math.fround(candidate) === rounded) return candidate;
  }
  return rounded;
}

/** A size, printed as a text of bytes; zero is left out, and so is a fraction of a byte that is written as a number. */
export const size: Decode = (value, spot) => {
  const bytes = typeof value === "string" ? parseSize(value) : wholeBytes(value);
  if (bytes !== undefined) return bytes === 0 ? undefined : String(bytes);
  spot.report(`"${scalarText(value)}" is not a size: write it as 512m or 2g`);
  return undefined;
};

function wholeBytes(value: Value): number {
  return typeof value === "number" && Number.isInteger(value) ? value : 0;
}

/** A size that is printed even when zero. */
export const anySize: Decode = (value, spot) => size(value, spot) ?? "0";

/** A duration in the reference's form, printed even when zero. */
export const duration: Decode = (value, spot) => {
  if (value === null) return undefined;
  const parsed = parseDuration(scalarText(value));
  if (parsed !== undefined) return formatDuration(parsed);
  spot.report(`"${scalarText(value)}" is not a duration: write it as 30s or 1m30s`);
  return undefined;
};

/** A duration; zero is left out. */
export const someDuration: Decode = (value, spot) => {
  const decoded = duration(value, spot);
  return decoded === "0s" ? undefined : decoded;
};

/** The mode of a file: a text is octal, a number has been read by YAML. Printed as octal text. */
export const fileMode: Decode = (value, spot) => {
  if (typeof value === "number") return `0${Math.trunc(value).toString(8)}`;
  if (typeof value === "string" && /^[0-7]+$/.test(value)) return `0${parseInt(value, 8).toString(8)}`;
  spot.report(`"${scalarText(value)}" is not a file mode: write it in octal, as 0440`);
  return undefined;
};

/** How many devices: `all` is -1. */
export const deviceCount: Decode = (value, spot) => {
  if (typeof value === "string" && value.toLowerCase() === "all") return -1;
  return integer(value, spot);
};

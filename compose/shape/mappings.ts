import { scalarText } from "../scalars";
import { splitWords } from "../shellwords";
import { type Dict, type Value, copyOrigin, isDict } from "../tree";
import type { Decode, Spot } from "./decode";

/** `KEY: value` or `- KEY=value` to a mapping; `convert` gets undefined for a key without `=`. Empty ones are left out. */
function mapping(convert: (value: Value | undefined, spot: Spot) => Value): Decode {
  return (value, spot) => {
    const decoded: Dict = {};
    if (isDict(value)) {
      for (const [key, element] of Object.entries(value)) {
        decoded[key] = convert(element, spot.at(key));
        copyOrigin(value, key, decoded);
      }
    }
    if (Array.isArray(value)) {
      value.forEach((element, index) => {
        const [key, written] = splitEntry(scalarText(element));
        decoded[key] = convert(written, spot.at(index));
        copyOrigin(value, index, decoded, key);
      });
    }
    return Object.keys(decoded).length === 0 ? undefined : decoded;
  };
}

function splitEntry(entry: string): [string, string | undefined] {
  const at = entry.indexOf("=");
  return at < 0 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + 1)];
}

/** Labels, sysctls, options and the like: every value is text, a missing one the empty text. */
export const texts: Decode = mapping((value) => scalarText(value ?? null));

const nullable = mapping((value) => (value === undefined || value === null ? null : scalarText(value)));

/** Variables: one without a value is null. */
export const variables: Decode = (value, spot) => {
  (Array.isArray(value) ? value : []).forEach((entry, index) => {
    const [key] = splitEntry(scalarText(entry));
    if (/\s$/.test(key)) spot.at(index).report(`the variable "${key}" ends in a space: remove it`);
  });
  return nullable(value, spot);
};

/** Options that may be given more than once: every value a list of texts. */
export const repeated: Decode = mapping((value) =>
  Array.isArray(value) ? value.map(scalarText) : [scalarText(value ?? null)],
);

/**
 * A command: a text is split as a shell would do, a list stays; an empty command is kept, because it clears the
 * image's.
 */
export const command: Decode = (value, spot) => {
  if (value === null) return undefined;
  if (Array.isArray(value)) return words(value);
  try {
    return splitWords(scalarText(value));
  } catch (error) {
    spot.report((error as Error).message);
    return undefined;
  }
};

/** The test of a health check: a text is for the container's shell. */
export const healthTest: Decode = (value) => {
  if (typeof value === "string") return ["CMD-SHELL", value];
  return Array.isArray(value) && value.length > 0 ? words(value) : undefined;
};

/** The words of a list, each with its origin. */
function words(list: Value[]): Value[] {
  const decoded: Value[] = list.map(scalarText);
  list.forEach((_, index) => copyOrigin(list, index, decoded));
  return decoded;
}

/** Hosts of `/etc/hosts`, as a sorted list of `name=address`. */
export const hosts: Decode = (value, spot) => {
  const entries = isDict(value) ? Object.entries(value).flatMap(hostsOf) : listedHosts(value, spot);
  for (const [name] of entries) {
    if (name === "" || /[:=]/.test(name)) spot.report(`"${name}" is not a host name: write name=address`);
  }
  const list = entries.map(([name, address]) => `${name}=${address.replace(/^\[(.+)\]$/, "$1")}`);
  return list.length === 0 ? undefined : list.sort(byCode);
};

function hostsOf([name, addresses]: [string, Value]): [string, string][] {
  const list = Array.isArray(addresses) ? addresses : [addresses];
  return list.map((address) => [name, scalarText(address)]);
}

function listedHosts(value: Value, spot: Spot): [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((element, index) => {
    const entry = scalarText(element);
    const at = entry.includes("=") ? entry.indexOf("=") : entry.indexOf(":");
    if (at < 0) {
      spot.at(index).report(`"${entry}" has no address: write name=address`);
      return [];
    }
    const name = entry.slice(0, at);
    const addresses = entry.slice(at + 1).split(",");
    return addresses.map((address): [string, string] => [name, address]);
  });
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A limit: one number for both, or a soft and a hard one. */
export const ulimit: Decode = (value) => {
  if (!isDict(value)) return value === 0 ? {} : value;
  const limits: Dict = {};
  if (value.soft) limits.soft = value.soft;
  if (value.hard) limits.hard = value.hard;
  return limits;
};

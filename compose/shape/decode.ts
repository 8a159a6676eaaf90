import { type Dict, type Path, type Value, copyOrigin, get, isDict, originOf, setOrigin } from "../tree";

/** The place of a decoded value, and the receiver of its problems. */
export class Spot {
  constructor(
    readonly path: Path,
    private readonly tell: (path: Path, reason: string) => void,
  ) {}

  /** The spot of a value inside. */
  at(key: string | number): Spot {
    return new Spot([...this.path, key], this.tell);
  }

  /** Reports that the value here is wrong. */
  report(reason: string): void {
    this.tell(this.path, reason);
  }
}

/**
 * Brings a valid value into the form in which the reference prints it; undefined leaves the key out. These tables
 * mirror the reference's Go types (compose-go 2.9, package `types`), including the values that their JSON encoding
 * leaves out as empty.
 */
export type Decode = (value: Value, spot: Spot) => Value | undefined;

/** How a key of a mapping is decoded; `absent` is printed where the key is missing. */
export type Field = Decode | { decode: Decode; absent: () => Value };

/** `decode` with the extensions (`x-…`) of the mapping kept, as written. */
export function extended(decode: Decode): Decode {
  return (value, spot) => {
    const decoded = decode(value, spot);
    if (!isDict(decoded) || !isDict(value)) return decoded;
    for (const [key, element] of Object.entries(value)) {
      if (!key.startsWith("x-")) continue;
      decoded[key] = element;
      copyOrigin(value, key, decoded);
    }
    return decoded;
  };
}

/** A mapping with known keys; other keys are left out, and null counts as missing. */
export function record(fields: Record<string, Field>): Decode {
  return (value, spot) => {
    if (!isDict(value)) return undefined;
    const decoded: Dict = {};
    for (const [key, field] of Object.entries(fields)) {
      const { decode, absent } = typeof field === "function" ? { decode: field, absent: undefined } : field;
      const written = get(value, key);
      const result = (written === undefined ? undefined : decode(written, spot.at(key))) ?? absent?.();
      if (result === undefined) continue;
      decoded[key] = result;
      copyOrigin(value, key, decoded);
    }
    return decoded;
  };
}

/** A mapping with free keys. An entry that decodes to nothing becomes `none` (null for `networks: {back: }`). */
export function dictOf(decode: Decode, none: () => Value | undefined = () => null): Decode {
  return (value, spot) => {
    if (!isDict(value)) return undefined;
    const decoded: Dict = {};
    for (const [key, element] of Object.entries(value)) {
      const result = decode(element, spot.at(key)) ?? none();
      if (result === undefined) continue;
      decoded[key] = result;
      copyOrigin(value, key, decoded);
    }
    return Object.keys(decoded).length === 0 ? undefined : decoded;
  };
}

/** A list; a single value counts as a list of one. An empty list is left out. */
export function listOf(decode: Decode): Decode {
  return (value, spot) => {
    if (value === null) return undefined;
    const list = Array.isArray(value) ? value : [value];
    const decoded: Value[] = [];
    list.forEach((element, index) => {
      const result = decode(element, spot.at(index));
      setOrigin(decoded, decoded.push(result ?? (typeof element === "object" ? {} : "")) - 1, originOf(list, index));
    });
    return decoded.length === 0 ? undefined : decoded;
  };
}

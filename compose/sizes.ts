const units = "bkmgtpezy";

/**
 * A size as Compose files have it (`512m`, `1.5GB`, `64kib`, plain bytes), in bytes, by powers of 1024; undefined for
 * any other text (docker/go-units, `RAMInBytes`).
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)) ?([a-z]{0,3})$/i.exec(text);
  if (!match) return undefined;
  const size = Number(match[1]);
  const suffix = (match[2] as string).toLowerCase();
  if (suffix === "" || suffix === "b") return Math.trunc(size);
  const power = units.indexOf(suffix[0] as string);
  if (power < 1 || power > 5 || !["", "b", "ib"].includes(suffix.slice(1))) return undefined;
  return Math.trunc(size * 1024 ** power);
}

/**
 * A size of a loaded compose file, in bytes.
 * @throws Error when the text is no size
 */
export function toBytes(size: string): number {
  const value = /^-[0-9]+$/.test(size) ? Number(size) : parseSize(size);
  if (value === undefined) throw new Error(`"${size}" is not a size: write it as 512m or 2g`);
  return value;
}

import type { Dict } from "./tree";

/**
 * The long form of a short volume (`source:target:options`), by the rules of the reference (compose-go 2.9,
 * format/volume.go). Paths stay as written.
 *
 * @throws Error with the reason for a text that is no volume
 */
export function parseVolume(spec: string): Dict {
  if (spec === "") throw new Error("a volume must not be empty: write source:target");
  if (spec.length <= 2) return { type: "volume", target: spec };
  const [first = "", second, third, ...rest] = splitVolume(spec);
  if ([first, second, third].includes(""))
    throw new Error(`"${spec}" has an empty part: write source:target[:options]`);
  if (rest.length > 0) throw new Error(`"${spec}" has too many colons: write source:target[:options]`);
  const volume: Dict = second === undefined ? { target: first } : { source: first, target: second };
  applyOptions(volume, third);
  return withType(volume);
}

/** The path in the container at which a short volume is mounted; undefined for a text that is no volume. */
export function volumeTarget(spec: string): string | undefined {
  try {
    return parseVolume(spec).target as string;
  } catch {
    return undefined;
  }
}

/** Splits at colons, except the one of a Windows drive and those inside `${…}`. */
function splitVolume(spec: string): string[] {
  const parts = [""];
  let depth = 0;
  for (let index = 0; index < spec.length; index++) {
    const character = spec[index] as string;
    const part = parts[parts.length - 1] as string;
    if (character === "$" && spec[index + 1] === "{") depth++;
    if (character === "}" && depth > 0) depth--;
    const drive = character === ":" && /^\p{L}$/u.test(part);
    if (character === ":" && depth === 0 && !drive) parts.push("");
    else parts[parts.length - 1] = part + character;
  }
  return parts;
}

const propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

/** Unknown options are ignored, as in the reference. */
function applyOptions(volume: Dict, options = ""): void {
  for (const option of options.split(",")) {
    const bind = (volume.bind ?? {}) as Dict;
    if (option === "ro") volume.read_only = true;
    else if (option === "rw") delete volume.read_only;
    else if (option === "nocopy") volume.volume = { nocopy: true };
    else if (option === "z" || option === "Z") volume.bind = { ...bind, selinux: option };
    else if (propagations.includes(option)) volume.bind = { ...bind, propagation: option };
  }
}

function withType(volume: Dict): Dict {
  if (isPath(volume.source as string | undefined)) {
    // The short form makes a missing folder on the host; only the long form can do without.
    return { ...volume, type: "bind", bind: { ...((volume.bind ?? {}) as Dict), create_host_path: true } };
  }
  return { ...volume, type: "volume", volume: volume.volume ?? {} };
}

function isPath(source: string | undefined): boolean {
  return source !== undefined && /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
}

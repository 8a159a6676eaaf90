/**
 * The platform that an image runs on, in the words of the OCI image specification (Go's GOOS, GOARCH and CPU variant).
 */
export interface Platform {
  os: string;
  architecture: string;
  /** Missing where it is implied: `linux/arm64` is v8, and `linux/amd64` is v1. */
  variant?: string;
}

const architectures: Record<string, string> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
  i386: "386",
  i686: "386",
};
const impliedVariants: Record<string, string> = { amd64: "v1", arm64: "v8" };
const oldestFirst: Record<string, string[]> = {
  amd64: ["v1", "v2", "v3", "v4"],
  arm: ["v5", "v6", "v7", "v8"],
};

/**
 * Reads `os/architecture[/variant]`, or an architecture alone (`x86_64`, `aarch64`, as `uname -m` and `docker info` say
 * it), which is taken to be Linux. Aliases and implied variants follow containerd's platforms package.
 *
 * @throws Error naming the text
 */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().toLowerCase().split("/");
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw new Error(`"${text}" is not a platform: write os/architecture, for example linux/amd64 or linux/arm/v7.`);
  }
  if (parts.length === 1) parts.unshift("linux");
  return normalizePlatform({ os: parts[0] ?? "", architecture: parts[1] ?? "", variant: parts[2] });
}

/** Brings a platform from an index or an image's configuration into the one form that Slipway compares. */
export function normalizePlatform(platform: { os: string; architecture: string; variant?: string }): Platform {
  const os = platform.os.toLowerCase() === "macos" ? "darwin" : platform.os.toLowerCase();
  const given = platform.architecture.toLowerCase();
  const armv = /^armv([5678])/.exec(given);
  const architecture = armv ? "arm" : (architectures[given] ?? given);
  const number = platform.variant?.toLowerCase().replace(/^(?=[0-9])/, "v");
  const variant = number || (armv ? `v${armv[1]}` : given === "armel" ? "v6" : architecture === "arm" ? "v7" : "");
  return variant === "" || impliedVariants[architecture] === variant
    ? { os, architecture }
    : { os, architecture, variant };
}

/** Writes a platform as releases, errors and Docker's `--platform` name it: `linux/amd64`, `linux/arm/v7`. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/");
}

/** Whether two platforms are the same, in any spelling. */
export function samePlatform(one: Platform, other: Platform): boolean {
  return formatPlatform(normalizePlatform(one)) === formatPlatform(normalizePlatform(other));
}

/**
 * Whether an image made for `image` runs on a machine of platform `machine`: same system and architecture, and a CPU
 * variant no newer than the machine's (an arm/v6 image runs on arm/v7).
 */
export function runsOn(image: Platform, machine: Platform): boolean {
  return distance(image, machine) !== undefined;
}

/**
 * The image that fits the machine best: the newest CPU variant that the machine has, and of equal ones the first, as
 * Docker chooses. Undefined where none fits.
 */
export function bestFor<T extends { platform: Platform }>(images: readonly T[], machine: Platform): T | undefined {
  let best: { image: T; away: number } | undefined;
  for (const image of images) {
    const away = distance(image.platform, machine);
    if (away !== undefined && (best === undefined || away < best.away)) best = { image, away };
  }
  return best?.image;
}

/**
 * The platform in an image's configuration (OCI or Docker schema 2).
 *
 * @returns undefined where the configuration names none: no container can be made of such an image
 */
export function platformOfConfig(config: unknown): Platform | undefined {
  const { os, architecture, variant } = (config ?? {}) as Record<string, unknown>;
  if (typeof os !== "string" || typeof architecture !== "string" || os === "" || architecture === "") return undefined;
  return normalizePlatform({ os, architecture, ...(typeof variant === "string" ? { variant } : {}) });
}

/** How many CPU variants lie between image and machine; undefined where the image does not run there. */
function distance(image: Platform, machine: Platform): number | undefined {
  const [a, b] = [normalizePlatform(image), normalizePlatform(machine)];
  if (a.os !== b.os || a.architecture !== b.architecture) return undefined;
  if (a.variant === b.variant) return 0;
  const order = oldestFirst[a.architecture] ?? [];
  const implied = impliedVariants[a.architecture] ?? "";
  const [ofImage, ofMachine] = [order.indexOf(a.variant ?? implied), order.indexOf(b.variant ?? implied)];
  return ofImage < 0 || ofMachine < ofImage ? undefined : ofMachine - ofImage;
}

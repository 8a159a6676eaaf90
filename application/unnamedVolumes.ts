import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { ComposeConfig, Service } from "../compose/index";
import { roleOf } from "./roles";

/** A volume that the stage names, because neither the compose file nor the image does. */
export interface NamedVolume {
  service: string;
  /** Its path in the service's containers. */
  target: string;
  /** Its name in the Docker Engine. */
  name: string;
  /** Whether the image asks for it; the compose file says nothing of it. */
  byImage: boolean;
}

/**
 * Names each volume that has no name. The Engine makes such a volume anew with each container, so that every
 * replacement would lose its data. (Compose takes the volume along to the new container, and stops the old one first.)
 * A named volume is like any other: found again, retained, saved, and held by one container at a time.
 *
 * Jobs and checks keep no data, and a volume that is only read cannot lose any: these get no name.
 *
 * @param config the application
 * @param wanted by service: the paths at which its image wants a volume
 * @param covered by service: the paths at which files are mounted, beside `volumes` and `tmpfs` of the service
 */
export function nameVolumes(
  config: ComposeConfig,
  wanted: Readonly<Record<string, readonly string[]>> = {},
  covered: Readonly<Record<string, readonly string[]>> = {},
): { config: ComposeConfig; named: NamedVolume[] } {
  const named: NamedVolume[] = [];
  const volumes = { ...config.volumes };
  const services = Object.entries(config.services).map(([service, definition]) => {
    if (roleOf(definition) !== "service") return [service, definition] as const;
    const name = (target: string, byImage: boolean): string => {
      const volume = {
        service,
        target: pathOf(target),
        name: `${config.name}_${called(service, pathOf(target))}`,
        byImage,
      };
      named.push(volume);
      // No compose file can have a key with a colon.
      const key = `${service}:${volume.target}`;
      volumes[key] = { name: volume.name };
      return key;
    };
    const mounts = (definition.volumes ?? []).map((mount) =>
      mount.type === "volume" && !mount.source && !mount.read_only
        ? { ...mount, source: name(mount.target ?? "", false) }
        : mount,
    );
    const bare = uncovered(wanted[service] ?? [], mountedAt(definition, covered[service]));
    const added = bare.map((target) => ({ type: "volume" as const, source: name(target, true), target, volume: {} }));
    return [
      service,
      added.length + mounts.length > 0 ? { ...definition, volumes: [...mounts, ...added] } : definition,
    ] as const;
  });
  return named.length === 0
    ? { config, named }
    : { config: { ...config, services: Object.fromEntries(services), volumes }, named };
}

/**
 * The paths at which an image wants a volume and nothing is mounted; a mount above or below such a path does not count.
 */
function uncovered(wanted: readonly string[], mounted: readonly string[]): string[] {
  return [...new Set(wanted.map(pathOf))].filter((path) => !mounted.includes(path)).sort();
}

/**
 * What to write where an image, once it is there, wants volumes that were unknown before: by then it is decided which
 * services are stopped first.
 *
 * @param mounted every path at which the service mounts something
 * @returns a sentence for each path
 */
export function unmounted(service: string, wanted: readonly string[], mounted: readonly string[]): string[] {
  return uncovered(wanted, mounted).map(
    (target) =>
      `The image of the service ${service} keeps data at ${target} (its VOLUME), where the service mounts nothing, so that they would be lost with each container: write volumes: [data:${target}] for it, or tmpfs: [${target}] where they may be lost.`,
  );
}

/** Every path at which a service mounts something. */
export function mountedAt(service: Service, covered: readonly string[] = []): string[] {
  const own = (service.volumes ?? []).map(({ target = "" }) => target);
  const inMemory = (service.tmpfs ?? []).map((entry) => entry.split(":", 1)[0] ?? "");
  return [...new Set([...own, ...inMemory, ...covered].map(pathOf))].sort();
}

/**
 * Tells a person of a volume that the stage has named.
 *
 * @param stopFirst whether its service is stopped before it is replaced
 * @returns a sentence with what to write to have it otherwise
 */
export function volumeNotice({ service, target, name, byImage }: NamedVolume, stopFirst: boolean): string {
  const whose = byImage
    ? `The image of the service ${service} keeps data at ${target}, where the service mounts nothing`
    : `The volume of the service ${service} at ${target} has no name`;
  const stops = stopFirst ? `, and stops ${service} before it is replaced` : "";
  const inMemory = byImage ? `, or tmpfs: [${target}] where they may be lost` : "";
  return `${whose}: the stage keeps it as ${name}${stops}. To have it otherwise, write volumes: [data:${target}]${inMemory}.`;
}

/** A readable name, different for each service and path. */
function called(service: string, target: string): string {
  const words = target.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "");
  const mark = createHash("sha256").update(`${service}:${target}`).digest("hex").slice(0, 8);
  return [service, words, mark].filter(Boolean).join("-");
}

function pathOf(target: string): string {
  return posix.normalize(`/${target}`).replace(/(.)\/$/, "$1");
}

import { posix } from "node:path";
import { pathsBehind } from "../application/pathsBehind";
import type { ComposeConfig } from "../compose/index";
import { PlacedError } from "../errors/placed";
import { lookAtAll } from "../errors/several";
import type { FoundMachine } from "../machine/machine";
import { realPaths } from "../machine/realPaths";

/** Paths of the machine that something mounts. */
export interface MountedPaths {
  /** What mounts them, as the beginning of a sentence. */
  holder: string;
  paths: string[];
  /** The key of it in the application; undefined: it is none of its keys. */
  path?: string[];
}

/** Where the Engine keeps all that it has, unless it says something else. */
export const usualFolder = "/var/lib/docker";

/** Everything of the machine's own that an application mounts by its path. */
export function mountedPaths({ services, volumes = {} }: Pick<ComposeConfig, "services" | "volumes">): MountedPaths[] {
  return [
    ...Object.entries(services).map(([name, { volumes: mounts = [] }]) => ({
      holder: `The service ${name}`,
      path: ["services", name],
      paths: mounts.flatMap(({ type, source }) => (type === "bind" && source?.startsWith("/") ? [source] : [])),
    })),
    ...Object.entries(volumes).map(([key, { driver_opts: options }]) => ({
      holder: `The volume ${key}`,
      path: ["volumes", key],
      paths: pathsBehind(options ?? {}),
    })),
  ].filter(({ paths }) => paths.length > 0);
}

/**
 * Makes sure that nothing mounts the Engine's own folder, what is in it or what it lies in: there are the volumes of all stages, their secrets and
 * what their containers are made of.
 *
 * @throws Error naming what does, and its path
 */
export async function checkEngineFolder(mounted: readonly MountedPaths[], machine: FoundMachine): Promise<void> {
  const all = mounted.flatMap(({ paths }) => paths);
  if (all.length === 0) return;
  const folder = machine.folder ?? usualFolder;
  const real = await realPaths(machine, [folder, ...all]);
  const folders = [folder, real[folder] ?? folder];
  lookAtAll(mounted, ({ holder, paths, path: key }) => {
    for (const path of paths) {
      const meets = [path, real[path] ?? path].some((one) => folders.some((other) => areOneInTheOther(one, other)));
      if (meets) {
        throw new PlacedError(
          key ?? [],
          `${holder} mounts ${path}, and ${folder} is where ${machine.name} has what the Docker Engine keeps, the volumes of all stages among it: take a folder of your own, such as /srv/NAME, or a named volume.`,
        );
      }
    }
  });
}

/** Whether one of two folders is the other or lies in it; `/` lies above all. */
export function areOneInTheOther(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => `${posix.resolve("/", path)}/`.replace(/^\/+$/, "/"));
  return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a));
}

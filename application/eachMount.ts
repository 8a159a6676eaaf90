import { posix } from "node:path";
import { problemAt, type Loaded, type Path, type Problem } from "../compose/index";
import { MountError, plannedMounts, type MountSources, type PlannedMount } from "./mounts";

/**
 * Plans all that services mount as files, one by one, so that each that cannot be had is told at its own place.
 *
 * @returns what can be had, by service, and a problem for each that cannot
 */
export function eachMount(
  loaded: Loaded,
  sources: MountSources,
): { mounts: Record<string, PlannedMount[]>; problems: Problem[] } {
  const problems: Problem[] = [];
  const mounts = Object.entries(loaded.config.services).map(([name, service]) => {
    const bare = { ...service, secrets: [], configs: [], volumes: [] };
    const planned = (["secrets", "configs", "volumes"] as const).flatMap((kind) =>
      (service[kind] ?? []).flatMap((one, index) => {
        try {
          const folder = folderOf(loaded, ["services", name, kind, index]);
          return plannedMounts(name, { ...bare, [kind]: [one] }, loaded.config, { ...sources, folder });
        } catch (error) {
          if (!(error instanceof MountError)) throw error;
          problems.push(problemAt(loaded, ["services", name, kind, index], reasonOf(error, name)));
          return [];
        }
      }),
    );
    return [name, planned] as const;
  });
  return { mounts: Object.fromEntries(mounts), problems };
}

/** The folder that the paths in a file are written from: the first file's for all that are merged, its own for one that these lead to. */
function folderOf({ filesRead, where }: Loaded, path: Path): string {
  const merged = filesRead.filter(({ role }) => role === "compose").map((use) => use.path);
  const file = where(path)?.file;
  return posix.dirname((file === undefined || merged.includes(file) ? merged[0] : file) ?? "");
}

/** The sentence as it stands behind the key that it is about. */
function reasonOf({ message }: MountError, service: string): string {
  const begin = `The service ${service} `;
  return (message.startsWith(begin) ? message.slice(begin.length) : message).replace(/\.$/, "");
}

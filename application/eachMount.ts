import { problemAt, type ComposeConfig, type Loaded, type Problem, type Service } from "../compose/index";
import { problemsIn } from "../errors/several";
import type { KeptPath } from "./written/keptPath";
import { plannedMounts, type MountSources, type PlannedMount } from "./mounts";

/**
 * Plans all that services mount as files, one by one, so that each that cannot be had is told at its own place.
 *
 * @param config the application in the stage's own terms (written/asMeant.ts)
 * @param loaded the same as it is written
 * @returns what can be had, by service, and a problem for each that cannot
 */
export function eachMount(
  config: ComposeConfig,
  loaded: Loaded,
  sources: MountSources,
): { mounts: Record<string, PlannedMount[]>; problems: Problem[] } {
  const problems: Problem[] = [];
  const mounts = Object.entries(config.services).map(([name, service]) => {
    const bare = { ...service, secrets: [], configs: [], volumes: [] };
    const planned = (["secrets", "configs", "volumes"] as const).flatMap((kind) =>
      (service[kind] ?? []).flatMap((one, index) => {
        try {
          return plannedMounts(name, { ...bare, [kind]: [one] }, config, sources, service);
        } catch (error) {
          const found = problemsIn(error).map((one) => reasonOf(one, name));
          problems.push(...found.map((reason) => problemAt(loaded, ["services", name, kind, index], reason)));
          return [];
        }
      }),
    );
    return [name, planned] as const;
  });
  return { mounts: Object.fromEntries(mounts), problems };
}

/**
 * Plans what of the release the volumes of paths begin with that git holds.
 *
 * @returns what can be had, by the volume's key, with a target that means nothing; and a problem for each that cannot
 */
export function eachSeed(
  kept: readonly KeptPath[],
  config: ComposeConfig,
  loaded: Loaded,
  sources: MountSources,
): { seeds: Record<string, PlannedMount>; problems: Problem[] } {
  const seeds: Record<string, PlannedMount> = {};
  const problems: Problem[] = [];
  for (const { key, path, writableFor } of kept) {
    if (writableFor === undefined) continue;
    // With the modes that git has: they are for writing.
    const bare: Service = {
      command: null,
      entrypoint: null,
      volumes: [{ type: "bind", source: path, target: "/", read_only: true }],
      "x-slipway": { defaults: false },
    };
    try {
      const [planned] = plannedMounts(writableFor, bare, config, sources);
      if (planned) seeds[key] = planned;
    } catch (error) {
      const at = ["services", writableFor, "x-slipway", "writable"];
      problems.push(...problemsIn(error).map((one) => problemAt(loaded, at, reasonOf(one, writableFor))));
    }
  }
  return { seeds, problems };
}

/** The sentence as it stands behind the key that it is about. */
function reasonOf({ message }: Error, service: string): string {
  const begin = `The service ${service} `;
  return (message.startsWith(begin) ? message.slice(begin.length) : message).replace(/\.$/, "");
}

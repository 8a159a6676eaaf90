import { problemAt, type ComposeConfig, type Loaded, type Problem } from "../compose/index";
import { MountError, plannedMounts, type MountSources, type PlannedMount } from "./mounts";

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

/** The sentence as it stands behind the key that it is about. */
function reasonOf({ message }: MountError, service: string): string {
  const begin = `The service ${service} `;
  return (message.startsWith(begin) ? message.slice(begin.length) : message).replace(/\.$/, "");
}

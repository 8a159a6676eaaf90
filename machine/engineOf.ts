import type { Engine } from "../docker/engine";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Machine } from "./machine";

/**
 * The Engine of a machine that is there.
 *
 * @param folder where what `ssh` reads to reach it was written, relative to the project; undefined: it is this machine
 * @param here this machine's
 * @param registry the registry that is worked with as well, where one is
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function engineOn(folder: string | undefined, here: Engine, registry?: RegistryPlan): Promise<Engine> {
  if (folder === undefined) return here;
  // One connection for both, where the registry is on the same machine.
  const loopback = registry?.on === folder ? Number(registry.address.replace(/^.*:/, "")) : undefined;
  return (await import("./ssh/tunnels.js")).engineThrough(folder, { loopback });
}

/**
 * The Engine of a stage's machine while the stage is updated. Where the same update may have made the machine, a tunnel from before it leads
 * to its predecessor; where it has installed Docker, one from before it is of a login that was not yet in the group `docker`.
 *
 * @param here this machine's
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function engineOf({ vm, lacksDocker, reachedBy }: Machine, here: Engine): Promise<Engine> {
  if (!(vm || lacksDocker) || reachedBy === undefined) return engineOn(reachedBy, here);
  return (await import("./ssh/tunnels.js")).engineThrough(reachedBy, {}, "made");
}

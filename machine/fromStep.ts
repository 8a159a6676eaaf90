import { goTo } from "../docker/context";
import { closeTunnels, tunnelTo } from "./ssh/tunnels";
import type { RegistryPlan } from "../settings/registryPlan";

/**
 * Lets a step work on a machine that is reached over SSH: the `docker` command talks to its Engine.
 *
 * @param folder where what `ssh` reads was written, relative to the project
 * @param registry the registry that the step works with, where it does
 * @returns ends the connections
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function goToMachine(folder: string, registry: RegistryPlan | undefined): Promise<() => Promise<void>> {
  // One connection for both, where the registry is on the same machine.
  const loopback = registry?.on === folder ? Number(registry.address.replace(/^.*:/, "")) : undefined;
  const { dockerHost } = await tunnelTo(folder, { loopback });
  goTo(dockerHost);
  return closeTunnels;
}

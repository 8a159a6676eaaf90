import type { Registry } from "./client/registry";
import { openRegistry } from "./open";
import { isAzures } from "./cloudLogins";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";
import type { Say } from "../docker/say";

/** How long, in milliseconds, a registry that was just started may take to answer, and a new one's name to resolve. */
const [patience, patienceForNames] = [30_000, 300_000];

/**
 * Connects to the registry, and waits for one that has just been started.
 *
 * @throws RegistryError when it does not answer in time
 */
export async function connect(plan: RegistryPlan, say: Say): Promise<Registry> {
  const registry = await openRegistry(plan);
  say(`asking the registry ${plan.address}`);
  await registry.ping(isAzures(hostOf(plan.address)) ? patienceForNames : patience);
  return registry;
}

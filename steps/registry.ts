import type { Registry } from "../components/registry/client";
import { openRegistry } from "../components/registry/open";
import type { RegistryPlan } from "../components/registry/plan";
import type { Say } from "./step";

/** How long, in milliseconds, a registry that was just started may take to answer. */
const patience = 30_000;

/**
 * Connects to the registry, waiting for one that has only just been started.
 *
 * @throws RegistryError when it does not answer in time
 */
export async function connect(plan: RegistryPlan, say: Say): Promise<Registry> {
  const registry = await openRegistry(plan);
  say(`asking the registry ${plan.address}`);
  await registry.ping(patience);
  return registry;
}

import { Registry } from "../components/registry/client";
import { dockerCredentials } from "../components/registry/credentials";
import { hostOf, type RegistryPlan } from "../components/registry/plan";
import type { Say } from "./step";

/** How long, in milliseconds, a registry that was just started may take to answer. */
const patience = 30_000;

/**
 * Connects to the registry, waiting for one that has only just been started.
 *
 * @throws RegistryError when it does not answer in time
 */
export async function connect({ address, credentials }: RegistryPlan, say: Say): Promise<Registry> {
  const registry = new Registry(address, credentials ?? (() => dockerCredentials(hostOf(address))));
  say(`asking the registry ${address}`);
  await registry.ping(patience);
  return registry;
}

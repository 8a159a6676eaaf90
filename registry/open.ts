import { Registry } from "./client/registry";
import { credentialsFor } from "./login";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";

/**
 * The client for a registry, through a tunnel where it is on another machine's loopback address.
 *
 * @throws Error saying why that machine cannot be reached and what to do
 */
export async function openRegistry({ address, credentials, on }: RegistryPlan): Promise<Registry> {
  const at = on === undefined ? undefined : `127.0.0.1:${await endOfTunnel(on, address)}`;
  return new Registry(address, credentials ?? (() => credentialsFor(hostOf(address))), {}, at);
}

/** Loaded only for stages with other machines. */
async function endOfTunnel(folder: string, address: string): Promise<number> {
  const { portOn } = await import("../machine/ssh/tunnels.js");
  return portOn(folder, Number(address.replace(/^.*:/, "")));
}

import { registriesOf } from "../registry/cloud";
import type { HostedSettings } from "../settings/registry";

/** A cloud's registry, as far as it is known before anything is declared. */
export interface CloudRegistryPlan {
  settings: HostedSettings;
  /** The cloud's id for it, where it exists already. */
  found?: string;
}

/**
 * Looks whether a cloud's registry exists already.
 *
 * @param project the Pulumi project
 * @throws Refusal saying that the cloud cannot be asked, and what to do
 */
export async function findCloudRegistry(settings: HostedSettings, project: string): Promise<CloudRegistryPlan> {
  return { settings, found: await registriesOf(settings).find(settings, project) };
}

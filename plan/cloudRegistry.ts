import { registriesOf } from "../registry/cloud";
import type { HostedSettings } from "../settings/registry";

/** A registry that a cloud keeps, as far as it is known before anything is declared. */
export interface CloudRegistryPlan {
  settings: HostedSettings;
  /** The cloud's id of it, where it is there already. */
  found?: string;
}

/**
 * Looks whether a cloud's registry is there already.
 *
 * @param project the Pulumi project
 * @throws Refusal saying that the cloud cannot be asked, and what to do
 */
export async function findCloudRegistry(settings: HostedSettings, project: string): Promise<CloudRegistryPlan> {
  return { settings, found: await registriesOf(settings).find(settings, project) };
}

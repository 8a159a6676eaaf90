import * as pulumi from "@pulumi/pulumi";
import { pullImage } from "../machine/engineApi";
import { isLoopback } from "./endpoint";
import { credentialsFor } from "./login";
import { hostOf, type RegistryPlan } from "./plan";

/**
 * A hook that pulls an image just before the provider looks for it, with the login that this machine has at that moment: one that
 * `docker login` left, or a cloud's token of an hour. So such a login is no input of anything: it is not in the state, and a new
 * token is no change (docs/decisions/registries.md).
 *
 * @param name unique in the program
 * @returns undefined where no login is needed, where the settings have one, which stays the same, and under Pulumi's mocks, which
 *   fail on hooks
 */
export function pulling(name: string, { address, credentials }: RegistryPlan): pulumi.ResourceHook | undefined {
  const host = hostOf(address);
  if (credentials || isLoopback(host)) return undefined;
  if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") return undefined;
  let login: ReturnType<typeof credentialsFor> | undefined;
  return new pulumi.ResourceHook(name, async ({ newInputs }) => {
    const known = await (login ??= credentialsFor(host));
    if (known) await pullImage((newInputs as { name: string }).name, host, known);
  });
}

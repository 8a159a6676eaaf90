import * as pulumi from "@pulumi/pulumi";
import { pullImage } from "../machine/engineApi";
import type { Credentials } from "./credentials";
import { isLoopback, resolveEndpoint } from "./endpoint";
import { credentialsFor } from "./login";
import { hostOf, type RegistryPlan } from "./plan";

/**
 * A hook that pulls an image just before the provider looks for it, with the login that this machine has at that moment: one that
 * `docker login` left, or a cloud's token of an hour. So such a login is no input of anything: it is not in the state, and a new
 * token is no change (docs/decisions/registries.md).
 *
 * @param name unique in the program
 * @returns undefined where the settings have a login, which stays the same, for a registry on another machine's loopback address,
 *   and under Pulumi's mocks, which fail on hooks
 */
export function pulling(name: string, { address, credentials, on }: RegistryPlan): pulumi.ResourceHook | undefined {
  const host = hostOf(address);
  if (credentials || on !== undefined) return undefined;
  if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") return undefined;
  let login: ReturnType<typeof loginFor> | undefined;
  return new pulumi.ResourceHook(name, async ({ newInputs }) => {
    const known = await (login ??= loginFor(host));
    if (known) await pullImage((newInputs as { name: string }).name, host, known);
  });
}

/** A registry on this machine's loopback address usually asks for no login, and programs that keep logins for people take a while. */
async function loginFor(host: string): Promise<Credentials | undefined> {
  if (isLoopback(host)) {
    const answer = await fetch(`${resolveEndpoint(host).origin}/v2/`).catch(() => undefined);
    if (answer?.status !== 401) return undefined;
  }
  return credentialsFor(host);
}

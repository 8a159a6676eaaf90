import * as pulumi from "@pulumi/pulumi";
import type { Credentials } from "../../docker/credentials";
import type { Engine } from "../../docker/engine";
import { pullImage } from "../../docker/images";
import { isLoopback, resolveEndpoint } from "../../registry/client/endpoint";
import { engineOf } from "../../machine/engineOf";
import type { Machine } from "../../machine/machine";
import { pullByIdentity } from "../../registry/identity";
import { credentialsFor } from "../../registry/login";
import { hostOf, type Login, type RegistryPlan } from "../../settings/registryPlan";

/** The stage's machine, as what pulls needs it. */
export interface PullingMachine {
  /** Gives its Engine, once that is there. */
  on: () => Promise<Engine>;
  /**
   * Runs a script with arguments in its shell, and throws with what that complains of where it fails; given for a machine with an
   * identity of its own, which the registry knows: it pulls as that.
   */
  run?: (script: string, args: string[]) => Promise<void>;
}

/**
 * A hook that pulls an image just before the provider looks for it, with the login that there is at that moment: the one that a stage
 * made up for its registry, one that `docker login` left on this machine, or a cloud's token of an hour. So such a login is no input of the
 * provider, which a preview that does not know it could ask nothing; and a new token is no change (docs/decisions/registries.md).
 *
 * @param name unique in the program
 * @param generated who a registry lets in that a stage runs, where it is one
 * @returns undefined where the settings have a login, which stays the same, for a registry on another machine's loopback address
 *   that asks for none, and under Pulumi's mocks, which fail on hooks
 */
export function pulling(
  name: string,
  { address, credentials, on }: RegistryPlan,
  { on: reach, run }: PullingMachine,
  generated?: pulumi.Output<Login>,
): pulumi.ResourceHook | undefined {
  const host = hostOf(address);
  if (!generated && (credentials || on !== undefined)) return undefined;
  if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") return undefined;
  let login: Promise<Credentials | undefined> | undefined = generated && known(generated);
  return new pulumi.ResourceHook(name, async ({ newInputs }) => {
    const { name: reference } = newInputs as { name: string };
    if (run) return run(pullByIdentity, [host, reference]);
    const found = await (login ??= loginFor(host));
    if (!found) return;
    await pullImage(await reach(), reference, host, found);
  });
}

/** A hook runs in no preview, so what it waits for is known in the end. */
function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((done) => void output.apply(done));
}

/** A registry on this machine's loopback address usually asks for no login, and programs that keep logins for people take a while. */
async function loginFor(host: string): Promise<Credentials | undefined> {
  if (isLoopback(host)) {
    const answer = await fetch(`${resolveEndpoint(host).origin}/v2/`).catch(() => undefined);
    if (answer?.status !== 401) return undefined;
  }
  return credentialsFor(host);
}

/**
 * How images are pulled on a machine.
 *
 * @param byIdentity whether as what the machine is to the registry's cloud
 * @param here this machine's Engine
 */
export function pullingOn(machine: Machine, byIdentity: boolean | undefined, here: Engine): PullingMachine {
  const { reachedBy } = machine;
  const on = (): Promise<Engine> => engineOf(machine, here);
  if (!byIdentity || reachedBy === undefined) return { on };
  return {
    on,
    run: async (script, args) => (await import("../../machine/ssh/shell.js")).runOn(reachedBy, script, args),
  };
}

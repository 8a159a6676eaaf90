import type { PullingMachine } from "../components/registry/pulling";
import type { Machine } from "./machine";

/**
 * Makes the `docker` command of this process talk to a VM that the same update may have made; undefined for every other machine, whose
 * Engine it talks to since the machine was looked at.
 */
export function goingTo({ vm, reachedBy }: Machine): (() => Promise<void>) | undefined {
  if (!vm || reachedBy === undefined) return undefined;
  return async () => (await import("./ssh/tunnels.js")).goToMade(reachedBy);
}

/**
 * How images are pulled on a machine.
 *
 * @param byIdentity whether as what the machine is to the registry's cloud
 */
export function pullingOn(machine: Machine, byIdentity: boolean | undefined): PullingMachine {
  const { reachedBy } = machine;
  const go = goingTo(machine);
  if (!byIdentity || reachedBy === undefined) return go ? { go } : {};
  return { run: async (script, args) => (await import("./ssh/shell.js")).runOn(reachedBy, script, args) };
}

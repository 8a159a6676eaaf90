import type { Machine } from "./machine";

/**
 * Makes the `docker` command of this process talk to a VM that the same update may have made; undefined for every other machine, whose
 * Engine it talks to since the machine was looked at.
 */
export function connectTo({ vm, reachedBy }: Machine): (() => Promise<void>) | undefined {
  if (!vm || reachedBy === undefined) return undefined;
  return async () => (await import("./ssh/tunnels.js")).connectToMade(reachedBy);
}

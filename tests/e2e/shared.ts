import { missing } from "./requirements";
import { pack, packedAt } from "./package";
import { GuardedRegistry, registryAt } from "./registry";

/** What all groups of a run have in common, made once rather than by each of them. */
export interface Shared {
  /** What the groups' processes find it by. */
  env: Record<string, string>;
  end(): Promise<void>;
}

/** Makes it; nothing where nothing can be deployed here, which each group says for itself. */
export async function share(): Promise<Shared> {
  if (await missing()) return { env: {}, end: () => Promise.resolve() };
  const [packed, registry] = await Promise.all([pack(), GuardedRegistry.start()]);
  return { env: { [packedAt]: packed, [registryAt]: registry.told }, end: () => registry.remove() };
}

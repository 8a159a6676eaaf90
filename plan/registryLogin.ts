import { stackOf, toldBy, type Ask, type Told } from "../machine/stackOutputs";
import { RegistryError } from "../registry/client/errors";
import { openRegistry } from "../registry/open";
import { registryFrom, type Login, type RegistryPlan } from "../settings/registryPlan";
import type { StageSettings } from "../settings/settings";

/** Who stages tell a login by. */
type Known = Pick<StageSettings, "project" | "promoteFrom" | "release" | "registry">;

/**
 * Who the registry on a stage's own machine lets in, as the stage's last update told. A stage that is pinned asks no other one, unless
 * what it knows itself opens nothing any more: the stage that runs the registry may have been made anew.
 *
 * @param told what that update told
 * @param on the machine that the stage is on, as {@link RegistryPlan} has it
 * @returns undefined where the registry is another, or no stage has told yet
 */
export async function registryLogin(
  { project, promoteFrom, release, registry }: Known,
  { registryLogin: own }: Pick<Told, "registryLogin">,
  on: string | undefined,
  ask?: Ask,
  letsIn: typeof isLetIn = isLetIn,
): Promise<Login | undefined> {
  if (registry.kind !== "local") return undefined;
  if (release === undefined || promoteFrom === undefined) return own;
  if (await letsIn({ ...registryFrom(registry, on), ...(own ? { credentials: own } : {}) })) return own;
  const source = await toldBy(stackOf({ project, stage: promoteFrom }), ask).catch(() => undefined);
  return source?.registryLogin ?? own;
}

/** Why a registry does not answer at all is told by what comes to need it. */
async function isLetIn(registry: RegistryPlan): Promise<boolean> {
  const opened = await openRegistry(registry).catch(() => undefined);
  const answer = await opened?.ping().catch((error: unknown) => error);
  return !(answer instanceof RegistryError && (answer.status === 401 || answer.status === 403));
}

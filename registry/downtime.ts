import type { Holder } from "../docker/holders/holder";
import type { Login } from "../settings/registryPlan";

/**
 * Warns before a registry is replaced.
 *
 * @param declared the registry that the stage will have
 * @param holders the stage's containers now
 * @param login who the one that runs lets in; undefined: everybody, as before there was a login
 * @returns undefined where none is replaced
 */
export function registryDowntime(
  declared: { port: number; image: string } | undefined,
  holders: readonly Holder[],
  login: Login | undefined,
): string | undefined {
  const running = holders.find(({ part, isRunning }) => part === "role registry" && isRunning);
  if (!declared || !running) return undefined;
  const hasPort = running.claims.some((claim) => claim.kind === "port" && claim.port === declared.port);
  // The Engine names an image by its id once its tag has moved on; the registry is not replaced for that.
  const hasImage = running.image === declared.image || running.image.startsWith("sha256:");
  if (hasPort && hasImage && login) return undefined;
  const guarded = login
    ? ""
    : " From then on it is on a network of its own and asks for a login, which this stage makes up and tells the others; its data stay.";
  return `The registry is replaced: for a second or two nothing can be pushed to port ${declared.port} or pulled from it. Unless the new one becomes well, the one that is there runs again.${guarded}`;
}

import type { Service } from "../compose/index";

/** How often a service is started again where `on-failure` names no number: to Docker without an end, for which no update can wait. */
export const retriesUnsaid = 10;

/**
 * How often a service that runs to its end is started again where it ends with another exit code than 0: as often as `restart: on-failure:N` says, or
 * `deploy.restart_policy`, which counts where there is no `restart`.
 *
 * @returns undefined where nothing starts it again for having failed
 */
export function retriesOf({ restart, deploy }: Pick<Service, "restart" | "deploy">): number | undefined {
  const policy = restart === undefined ? deploy?.restart_policy : undefined;
  const [word, count] = restart === undefined ? [policy?.condition, policy?.max_attempts] : restart.split(":");
  return word === "on-failure" ? Number(count ?? retriesUnsaid) || retriesUnsaid : undefined;
}

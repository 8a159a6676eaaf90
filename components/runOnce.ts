import type * as docker from "@pulumi/docker";

/** The definition of a container that runs to its end once: as a service's, but that nothing starts it again or asks for its health. */
export function once(container: docker.ContainerArgs): docker.ContainerArgs {
  const { restart: _restart, maxRetryCount: _retries, healthcheck: _health, ...rest } = container;
  return { ...rest, restart: "no" };
}

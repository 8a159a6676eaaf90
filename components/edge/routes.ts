import type { ComposeConfig } from "../../compose/model";
import type { Route } from "./haproxy";

/**
 * The ports that the edge holds: every published port with `app_protocol: http`.
 *
 * @throws Error for one without a fixed port on the machine
 */
export function httpRoutes(config: ComposeConfig): Route[] {
  return Object.entries(config.services ?? {})
    .flatMap(([service, { ports }]) => (ports ?? []).map((port) => ({ service, port })))
    .filter(({ port }) => port.app_protocol === "http")
    .map(({ service, port }) => {
      if (!port.published || !/^\d+$/.test(port.published)) {
        throw new Error(
          `The service ${service} publishes its HTTP port ${port.target} on no fixed port: name one, as in published: "8080".`,
        );
      }
      return { service, published: Number(port.published), hostIp: port.host_ip, target: port.target ?? 0 };
    })
    .sort((a, b) => a.published - b.published);
}

/** The address at which people reach the stage: that of its lowest HTTP port. */
export function urlOf(routes: Route[]): string | undefined {
  const [route] = routes;
  if (!route) {
    return undefined;
  }
  const host = !route.hostIp || route.hostIp === "0.0.0.0" || route.hostIp === "127.0.0.1" ? "localhost" : route.hostIp;
  return `http://${host}${route.published === 80 ? "" : `:${route.published}`}`;
}

/** The networks on which the edge finds the services behind it: one for each of them. */
export function edgeNetworks(config: ComposeConfig, routes: Route[]): string[] {
  const first = routes.flatMap(({ service }) =>
    Object.keys(config.services?.[service]?.networks ?? {})
      .sort()
      .slice(0, 1),
  );
  return [...new Set(first)].sort();
}

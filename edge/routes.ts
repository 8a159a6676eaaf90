import * as pulumi from "@pulumi/pulumi";
import type { ComposeConfig } from "../compose/index";
import { PlacedError } from "../errors/placed";
import { isLoopback } from "../registry/client/endpoint";
import { replicasOf } from "../application/replicas";
import { several, type Called, type Route } from "./layout";

/**
 * The ports that the edge holds: every published port with `app_protocol: http`.
 *
 * @throws PlacedError for a port that is not fixed on the machine, and for one that would lead to two places
 */
export function httpRoutes(config: ComposeConfig): Route[] {
  const routes = Object.entries(config.services ?? {})
    .flatMap(([service, definition]) =>
      (definition.ports ?? []).map((port, index) => ({ service, port, index, replicas: replicasOf(definition) })),
    )
    .filter(({ port }) => port.app_protocol === "http")
    .map(({ service, port, index, replicas }) => {
      if (!port.published || !/^\d+$/.test(port.published)) {
        throw new PlacedError(
          ["services", service, "ports", index],
          `The service ${service} publishes its HTTP port ${port.target} on no fixed port: name one, as in published: "8080".`,
        );
      }
      const route = {
        service,
        published: Number(port.published),
        hostIp: port.host_ip,
        target: port.target ?? 0,
        ...several(replicas),
      };
      return { route, index };
    })
    .sort((a, b) => a.route.published - b.route.published);
  checkUnique(routes);
  return routes.map(({ route }) => route);
}

/** A port may be published on several addresses, for one and the same target. */
function checkUnique(routes: readonly { route: Route; index: number }[]): void {
  const places = new Map<number, string>();
  for (const { route, index } of routes) {
    const { service, published, target } = route;
    const place = `${service}:${target}`;
    const other = places.get(published) ?? place;
    if (other !== place) {
      throw new PlacedError(
        ["services", service, "ports", index],
        `The HTTP port ${published} is to lead to ${other} and to ${place}, and the edge sends its traffic to one place: choose another port for one of them.`,
      );
    }
    places.set(published, place);
  }
}

/** Whether the edge holds a port of the machine for it. Behind a tunnel it does so on loopback only. */
export function isPublished({ hosts, hostIp = "0.0.0.0" }: Route): boolean {
  return hosts === undefined || isLoopback(hostIp);
}

/**
 * The address at which people reach the stage: its domain, else its lowest HTTP port.
 *
 * @param domain the first, where there is one
 * @param machine how the stage's machine is reached, where it is not this one
 */
export function urlOf(routes: readonly Route[], domain?: string, machine?: string): string | undefined {
  const [route] = routes;
  if (!route) {
    return undefined;
  }
  if (domain !== undefined && route.isSecure) {
    return `https://${domain}${route.published === 443 ? "" : `:${route.published}`}`;
  }
  const host = hostOf(route.hostIp ?? "0.0.0.0", machine);
  return `http://${host}${route.published === 80 ? "" : `:${route.published}`}`;
}

/**
 * The same, where the machine's name may be known only once the machine exists.
 *
 * @param machine undefined: this machine
 */
export function urlOn(
  machine: pulumi.Input<string> | undefined,
  routes: readonly Route[],
  domain?: string,
): pulumi.Input<string> | undefined {
  if (machine === undefined || typeof machine === "string") return urlOf(routes, domain, machine);
  return routes.length > 0 ? pulumi.output(machine).apply((name) => urlOf(routes, domain, name) as string) : undefined;
}

function hostOf(ip: string, machine = "localhost"): string {
  const name = ["0.0.0.0", "::"].includes(ip) ? machine : ["127.0.0.1", "::1"].includes(ip) ? "localhost" : ip;
  return name.includes(":") ? `[${name}]` : name;
}

/**
 * The networks on which the edge finds the services behind it, by their key in the compose file: one for each service,
 * and as few as possible.
 */
export function edgeNetworks(config: ComposeConfig, routes: readonly Route[], called: readonly Called[]): string[] {
  const found = new Set<string>();
  for (const { service } of [...routes, ...called]) {
    const own = Object.keys(config.services[service]?.networks ?? {}).sort();
    const [first] = own;
    if (first !== undefined && !own.some((network) => found.has(network))) found.add(first);
  }
  return [...found].sort();
}

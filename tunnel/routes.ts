import type { ComposeConfig } from "../compose/index";
import type { PublicName, TunnelSettings } from "../settings/tunnel";
import { edgeName, type Listener, type Route } from "../edge/layout";
import { isPublished } from "../edge/routes";
import { isLoopback } from "../registry/client/endpoint";
import { nearest } from "../errors/suggest";
import { publishedPorts } from "../application/stopFirst";

/** The origin to which a tunnel sends the callers of a name. */
export interface Ingress {
  /** The name under which people reach it. */
  host: string;
  /** The address at which a connector finds the edge for it. */
  origin: string;
}

/**
 * Puts the published HTTP ports of a stage behind its tunnel: each gets the names that lead to it. With a tunnel the
 * machine opens no port, so any other port may be published on loopback at most.
 *
 * @param tunnel undefined: the stage has none, and everything stays as it is
 * @throws Error for a name that leads nowhere, and for a port that would be open
 */
export function tunnelled(routes: readonly Route[], config: ComposeConfig, tunnel?: TunnelSettings): Route[] {
  if (!tunnel) return [...routes];
  checkClosed(config);
  if (routes.length === 0) {
    throw new Error(
      "slipway:tunnel is set, and no service publishes an HTTP port to which it could lead: publish one with app_protocol: http.",
    );
  }
  const { hostnames } = tunnel;
  const twice = hostnames.find(({ host }, index) => hostnames.findIndex((one) => one.host === host) !== index);
  if (twice) {
    throw new Error(
      `slipway:tunnel.hostnames has ${twice.host} twice, and it leads to one place: take one of the two away.`,
    );
  }
  const meant = hostnames.map((name, index) => ({ host: name.host, port: portOf(name, index, routes) }));
  return routes.map((route) => ({
    ...route,
    hosts: meant.filter(({ port }) => port === route.published).map(({ host }) => host),
  }));
}

/** Warns of ports that are reached in a stage without a tunnel, and that no caller reaches in a stage with one. */
export function unreached(routes: readonly Route[]): string[] {
  const lost = routes
    .filter((route) => route.hosts?.length === 0 && !isPublished(route))
    .map(
      ({ service, published }) =>
        `The service ${service} publishes its HTTP port ${published}, and no name under slipway:tunnel.hostnames leads to it: nobody reaches it from outside.`,
    );
  return [...new Set(lost)];
}

/**
 * Where a tunnel sends callers, in the order of its settings.
 *
 * @param listening where the edge listens
 */
export function ingressOf({ hostnames }: TunnelSettings, listening: readonly Listener[]): Ingress[] {
  return hostnames.flatMap(({ host }) =>
    listening
      .filter(({ isTunnelled, behind }) => isTunnelled && behind.some(({ hosts }) => hosts.includes(host)))
      .map(({ port }) => ({ host, origin: `http://${edgeName}:${port}` })),
  );
}

/** The published port that a name leads to. */
function portOf({ service, port }: PublicName, index: number, routes: readonly Route[]): number {
  const setting = `slipway:tunnel.hostnames.${index}`;
  const own = routes.filter((route) => service === undefined || route.service === service);
  if (own.length === 0) {
    const names = [...new Set(routes.map((route) => route.service))];
    const near = nearest(service ?? "", names, 1)[0];
    const hint = near ? `did you mean ${near}?` : `name ${names.join(" or ")}, or publish one with app_protocol: http.`;
    throw new Error(`${setting}.service is ${service}, which publishes no HTTP port: ${hint}`);
  }
  const targets = [...new Set(own.map(({ target }) => target))];
  const found = own.find(({ target }) => port === undefined || target === port);
  if (!found) {
    throw new Error(
      `${setting}.port is ${port}, and ${service ? `the service ${service} publishes` : "the stage's services publish"} ${targets.join(", ")} by HTTP: name one of these.`,
    );
  }
  // Without a service the first port is meant; a service with several ports has to say which.
  if (port === undefined && service !== undefined && targets.length > 1) {
    throw new Error(
      `${setting} leads to the service ${service}, which publishes several HTTP ports: name one of ${targets.join(", ")} as port.`,
    );
  }
  return found.published;
}

function checkClosed({ services }: ComposeConfig): void {
  for (const [name, service] of Object.entries(services ?? {})) {
    const open = publishedPorts(service).find(({ host_ip = "0.0.0.0" }) => !isLoopback(host_ip));
    if (open) {
      throw new Error(
        `The service ${name} publishes its port ${open.target} beyond loopback, and with slipway:tunnel nothing is open but SSH: write host_ip: 127.0.0.1, take the port away, or give it app_protocol: http and a name under slipway:tunnel.hostnames.`,
      );
    }
  }
}

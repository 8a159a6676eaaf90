import type { ComposeConfig, Service } from "../compose/index";
import { askedByHttp } from "../application/asksByHttp";
import { isUsuallyOther } from "../application/otherProtocols";
import { pairsIn } from "./pairs";
import { extensionOf } from "../application/extension";
import { isStopFirst } from "../application/stopFirst";
import { replicasOf } from "../application/replicas";
import { several, type Called, type Upstream } from "./layout";

/**
 * The services whose name has to lead to the edge, because others call them by HTTP: the Engine's DNS would lead
 * callers to new containers before they are healthy, and to old ones until they are gone.
 *
 * A port counts where the environment, command or entrypoint of another service holds a URL with the service's name and
 * that port, or where its nginx or Caddy sends requests there; where `x-slipway: { http: […] }` lists ports, only these count. The name of a
 * service that is called by UDP leads to its containers, as the edge passes no UDP on.
 *
 * A port in a pair of variables, such as API_HOST and API_PORT, counts as well. It is passed on as it comes unless the service
 * is known to speak HTTP there. A service that is stopped before it is replaced is called by HTTP only where that is known: as it is never
 * there twice, the name of a database can lead to its container.
 *
 * @param calls the addresses in the proxies' configuration, by the service that has it
 */
export function calledServices(config: ComposeConfig, calls: Calls = {}): Called[] {
  return Object.entries(config.services)
    .filter(([name, service]) => Object.keys(ownNamesOf(name, service, config)).length > 0)
    .map(([name, service]) => ({
      service: name,
      names: ownNamesOf(name, service, config),
      ports: portsOf(name, service, config, calls),
      ...several(replicasOf(service)),
    }))
    .filter(({ ports }) => ports.length > 0)
    .sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** Warns of names that lead past the edge, and of ports that are lost behind it. */
export function calledWarnings(config: ComposeConfig): string[] {
  return Object.entries(config.services).flatMap(([name, service]) => {
    const [udp] = udpPorts(name, service, config);
    const { http } = extensionOf(service);
    if (udp === undefined) return [];
    if (http && http.length > 0) {
      return [
        `The service ${name} is called by UDP on port ${udp}, and its name leads to the edge because x-slipway.http says so: nobody reaches that port by name. Take x-slipway.http away, and the name leads to its containers.`,
      ];
    }
    return http === undefined && calledPorts(name, service, config).length > 0
      ? [
          `The service ${name} is called by HTTP and by UDP (port ${udp}), so its name leads to its containers rather than to the edge, which passes no UDP on: while it is replaced, callers inside may meet a container that is not healthy yet.`,
        ]
      : [];
  });
}

/**
 * Everything that a service is called on each of its networks, by the network's key. On an external one, which others are on as well, it has
 * no name but those that the file writes for it there.
 *
 * @param declared the compose file's networks
 */
export function namesOf(
  name: string,
  { networks = {} }: Service,
  declared: ComposeConfig["networks"] = {},
): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(networks).map(([network, attachment]) => [
      network,
      [...new Set([...(declared[network]?.external ? [] : [name]), ...(attachment?.aliases ?? [])])],
    ]),
  );
}

/** The same on the stage's own networks: on no other does anything of the edge take a name. */
function ownNamesOf(name: string, service: Service, { networks = {} }: ComposeConfig): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(namesOf(name, service, networks)).filter(([network]) => !networks[network]?.external),
  );
}

/** URLs that a service calls, beside those in its environment and command, by service. */
export type Calls = Readonly<Record<string, readonly string[]>>;

function portsOf(name: string, service: Service, config: ComposeConfig, calls: Calls): Called["ports"] {
  const { http } = extensionOf(service);
  const isPassed = udpPorts(name, service, config).length === 0;
  const paired = isPassed && http === undefined ? pairedPorts(name, service, config) : [];
  const spoken = paired.filter((port) => speaksHttp(service, port));
  const ports = http ?? (isPassed ? [...calledPorts(name, service, config, calls), ...spoken] : []);
  const others = isStopFirst(service) ? [] : paired.filter((port) => !ports.includes(port));
  if (ports.length === 0 && others.length === 0) return [];
  return [...withMode(ports, "http"), ...withMode([...others, ...otherPorts(service, ports)], "tcp")];
}

/** The ports by which other services are told of this one in pairs of variables; databases and their like keep their names. */
function pairedPorts(name: string, service: Service, config: ComposeConfig): number[] {
  const names = Object.values(ownNamesOf(name, service, config)).flat();
  return Object.entries(config.services)
    .filter(([other]) => other !== name)
    .flatMap(([, other]) => pairsIn(other))
    .filter(({ host, port }) => names.includes(host) && !isUsuallyOther(port))
    .map(({ port }) => port);
}

function speaksHttp(service: Service, port: number): boolean {
  const published = (service.ports ?? []).filter(({ app_protocol: speaks }) => speaks === "http");
  return published.some(({ target }) => target === port) || askedByHttp(service).includes(port);
}

function withMode(ports: readonly number[], mode: Upstream["mode"]): Called["ports"] {
  return [...new Set(ports)].sort((a, b) => a - b).map((target) => ({ target, mode }));
}

/** The HTTP ports in the URLs by which other services name this one. */
function calledPorts(name: string, service: Service, config: ComposeConfig, calls: Calls = {}): number[] {
  return urlsTo(name, service, config, "http|ws", calls).map((port) => port ?? 80);
}

/** The UDP ports of a service, by its own `expose` and by the URLs of others. */
function udpPorts(name: string, service: Service, config: ComposeConfig): number[] {
  const exposed = (service.expose ?? []).filter((port) => port.endsWith("/udp")).map((port) => parseInt(port, 10));
  return [...exposed, ...urlsTo(name, service, config, "udp").flatMap((port) => port ?? [])];
}

/** The ports in the URLs by which other services name this one. */
function urlsTo(
  name: string,
  service: Service,
  config: ComposeConfig,
  schemes: string,
  calls: Calls = {},
): (number | undefined)[] {
  const { services } = config;
  const names = [...new Set(Object.values(ownNamesOf(name, service, config)).flat())];
  if (names.length === 0) return [];
  const url = new RegExp(
    `\\b(?:${schemes})://(?:[^\\s/@]*@)?(?:${names.map(literally).join("|")})(?::(\\d+))?(?![\\w.:-])`,
    "gi",
  );
  return Object.entries(services)
    .filter(([other]) => other !== name)
    .flatMap(([key, other]) => [...textsOf(other), ...(calls[key] ?? [])])
    .flatMap((text) => [...text.matchAll(url)])
    .map(([, port]) => (port === undefined ? undefined : Number(port)));
}

function textsOf({ environment, command, entrypoint }: Service): string[] {
  return [...Object.values(environment ?? {}), ...(command ?? []), ...(entrypoint ?? [])].flatMap((text) => text ?? []);
}

/** All other ports of a service: they have to be found under the same name from the start. */
function otherPorts({ expose = [], ports = [] }: Service, http: readonly number[]): number[] {
  const exposed = expose.filter((port) => /^\d+(\/tcp)?$/.test(port)).map((port) => parseInt(port, 10));
  const published = ports.filter(({ protocol = "tcp" }) => protocol === "tcp").flatMap(({ target }) => target ?? []);
  return [...exposed, ...published].filter((port) => !http.includes(port));
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

import { isLoopback } from "../registry/client/endpoint";

/** A port of a service's containers that the edge stands in front of. */
export interface Upstream {
  service: string;
  /** The port of the service's containers; 0: the port that the caller has asked for. */
  target: number;
  /** How the edge speaks to it: by HTTP/1.1, by HTTP/2 (for gRPC), or by passing all bytes on as they come. */
  mode: "http" | "h2" | "tcp";
  /** How many containers of the service stand there; undefined: one. */
  replicas?: number;
}

/** A published port that the edge holds. */
export interface Route {
  /** The service behind it. */
  service: string;
  /** The port on the machine. */
  published: number;
  /** The address on the machine that it listens on; undefined: every address. */
  hostIp?: string;
  /** The port of the service's containers. */
  target: number;
  /** How many containers of the service there are; undefined: one. */
  replicas?: number;
  /** Whether callers reach it by HTTPS. */
  isSecure?: boolean;
  /** The names that lead to it through the stage's tunnel; undefined in a stage without one. */
  hosts?: string[];
}

/** A service that others call by its name, which leads them to the edge. */
export interface Called {
  service: string;
  /** The names that lead to it, by the compose file's key of the network. */
  names: Record<string, string[]>;
  /** The ports that its compose file names; other ports are found only once it runs. */
  ports: Omit<Upstream, "service" | "replicas">[];
  /** How many containers of the service there are; undefined: one. */
  replicas?: number;
}

/** Where the edge listens. */
export interface Listener {
  /** Its name in the edge's configuration. */
  name: string;
  /** The port inside the edge's container. */
  port: number;
  /** The port on the machine that arrives there. */
  published?: number;
  /** Whether only the machine itself reaches that port. */
  isLocal?: boolean;
  /** Whether it is open by IPv6, where the Engine gives every caller the address of its gateway. */
  hidesCallers?: boolean;
  /** Whether callers speak TLS to it. */
  isSecure?: boolean;
  /** Whether callers come through the stage's tunnel, which has spoken TLS with them. */
  isTunnelled?: boolean;
  /**
   * Whether the release leads this name past the edge: its door stays useful until it goes at the end of the update.
   */
  isGone?: boolean;
  /** Its callers: those of a published port, or other services of the stage. */
  from: "outside" | "inside";
  /** The upstreams by HTTP, with the hosts that callers name; empty where callers are sent on to HTTPS. */
  behind: { upstream: Upstream; hosts: string[] }[];
}

/** The two places of each upstream in the edge: one serves, the other takes the containers of the coming release. */
export const slots = ["a", "b"] as const;

/** One of the two places; undefined before the first release serves. */
export type Slot = (typeof slots)[number];

/** Where the edge finds its parts, inside its container. */
export const paths = {
  /** The program that runs the edge and takes back a switch that nobody confirms. */
  guard: "/tmp/slipway/guard.sh",
  /** Where the certificate is found, key and all. */
  given: "/certificates",
  /** The folder of changing files, which outlives the edge's container. */
  state: "/var/lib/haproxy",
  /** The edge's configuration, which also names its places; a changed one is loaded while the edge runs. */
  config: "/var/lib/haproxy/edge.cfg",
  /** A map: which slot serves. */
  serving: "/var/lib/haproxy/serving.map",
  /** A map: the release in each slot. */
  releases: "/var/lib/haproxy/releases.map",
  /** A map: containers of the coming release, by address; they call each other. */
  peers: "/var/lib/haproxy/peers.map",
  /** The containers in each slot, a line each. */
  containers: "/var/lib/haproxy/containers",
  /** A map: the services whose requests wait. Its file stays empty, so that an edge that starts anew holds nothing. */
  paused: "/var/lib/haproxy/paused.map",
  /** The program by which they wait. Another one needs another name: a running edge loads what its configuration names anew. */
  pauseProgram: "/var/lib/haproxy/pause.lua",
  /** The guard makes it of the places and the containers, at each start and reload. */
  servers: "/var/lib/haproxy/servers.cfg",
  /** The folder of certificates that the edge serves with. */
  certificates: "/var/lib/haproxy/certificates",
  /** An unconfirmed switch: until when it counts, and the slot to go back to. */
  pending: "/var/lib/haproxy/pending",
} as const;

/** Where a door finds its program, inside its container. */
export const doorPaths = { program: "/usr/local/etc/haproxy/door.sh" } as const;

/**
 * The port of HAProxy's master process, on the loopback address of the edge's own network namespace, like all others
 * but one.
 */
export const masterPort = 9900;

/** The port of the administration, which only the cutover uses. */
export const adminPort = 9901;

/** The port on which a release is tried before it serves. */
export const trialPort = 9902;

/** The port on which services behind TLS are asked without it. */
export const plainPort = 9903;

/** The port at which callers of a name arrive through its door: the only one that other containers reach. */
export const calledPort = 9904;

/** The port for those of them that speak HTTP. */
export const calledHttpPort = 9905;

/** The port at which a process from before the last reload passes on the requests that it still gets. */
export const onwardPort = 9906;

/** The program that gets certificates: its name on the edge's own network, and its port. */
export const certificatesName = "certificates";
export const certificatesPort = 8402;

/** The edge's name on its own network, for the connectors of a tunnel. */
export const edgeName = "edge";

/** The edge's name for doors, which are on the services' networks as well: no service has this name. */
export const edgeNameForDoors = "slipway-edge";

/** The name of an upstream in the edge's configuration. */
export function upstreamName({ service, target, mode = "http" }: Place): string {
  return mode === "tcp" ? `${service}_tcp` : `${service}_${target}${mode === "h2" ? "_h2" : ""}`;
}

/** The parts that tell one upstream from another; HTTP/1.1 by default. */
type Place = Pick<Upstream, "service" | "target"> & Partial<Pick<Upstream, "mode">>;

/** The name of an upstream's place in one of the slots. */
export function backendName(upstream: Place, slot: Slot): string {
  return `${upstreamName(upstream)}_${slot}`;
}

/** The slot that does not serve. */
export function idleBeside(serving: Slot | undefined): Slot {
  return serving === "a" ? "b" : "a";
}

/**
 * Where an edge listens.
 *
 * @param routes the published ports
 * @param called the services that others call by name
 * @param redirect the port on which callers are sent on to HTTPS
 */
export function listeners(routes: readonly Route[], called: readonly Called[], redirect?: number): Listener[] {
  const taken = new Set(own);
  const outside = outsideListeners(routes, taken);
  const plain = redirect === undefined ? [] : [redirecting(redirect, taken)];
  return [...outside, ...plain, ...called.map(insideListener)];
}

const own = [masterPort, adminPort, trialPort, plainPort, calledPort, calledHttpPort, onwardPort];

function redirecting(published: number, taken: ReadonlySet<number>): Listener {
  const port = freeFrom(published, taken);
  return { name: `published_${published}`, port, published, from: "outside", behind: [] };
}

/** The port of the edge's container at which a published port arrives. */
export function insidePort(published: number, listening: readonly Listener[]): number {
  return listening.find((listener) => listener.published === published)?.port ?? published;
}

/**
 * The port of the edge's container at which a stage's tunnel arrives. A person enters it at Cloudflare, so it stays the
 * same even where a later release has services that call each other at the published number.
 */
export function tunnelPort(published: number): number {
  return published + (published <= 45_535 ? 20_000 : -20_000);
}

/**
 * All upstreams, each once. Those by HTTP come for both versions; those of services called by name come for any other
 * port as well.
 */
export function upstreams(listening: readonly Listener[]): Upstream[] {
  const all = listening.flatMap(({ behind, from }) =>
    behind.flatMap(({ upstream }): Upstream[] => [
      upstream,
      { ...upstream, mode: "h2" },
      ...(from === "inside" ? [{ ...upstream, target: 0, mode: "tcp" as const }] : []),
    ]),
  );
  return [...new Map(all.map((upstream) => [upstreamName(upstream), upstream])).values()];
}

/** Several addresses with one published port are one port inside the edge's container. */
function outsideListeners(routes: readonly Route[], taken: Set<number>): Listener[] {
  const found = new Map<number, Listener>();
  for (const { service, published, target, replicas, isSecure, hosts } of routes) {
    if (!found.has(published)) {
      const port = freeFrom(hosts ? tunnelPort(published) : published, taken);
      taken.add(port);
      const addresses = routes
        .filter((one) => one.published === published)
        .map(({ hostIp = "0.0.0.0" }) => hostIp)
        .filter((ip) => !isLoopback(ip));
      found.set(published, {
        name: `published_${published}`,
        port,
        published,
        ...(addresses.length === 0 ? { isLocal: true } : {}),
        ...(addresses.some((ip) => ip.includes(":")) ? { hidesCallers: true } : {}),
        ...(isSecure ? { isSecure } : {}),
        ...(hosts ? { isTunnelled: true } : {}),
        from: "outside",
        behind: [{ upstream: { service, target, mode: "http", ...several(replicas) }, hosts: hosts ?? [] }],
      });
    }
  }
  return [...found.values()];
}

/** The number itself where it is free, because a person looks for it in the configuration. */
function freeFrom(port: number, taken: ReadonlySet<number>): number {
  return taken.has(port) ? freeFrom(port < 20_000 ? port + 20_000 : port + 1, taken) : port;
}

/** All names arrive at one port: the caller's door says which name was called, and on which port. */
function insideListener({ service, names, ports, replicas }: Called): Listener {
  const hosts = [...new Set(Object.values(names).flat())].sort();
  const behind = ports
    .filter(({ mode }) => mode === "http")
    .map(({ target }) => ({ upstream: { service, target, mode: "http" as const, ...several(replicas) }, hosts }));
  return { name: `called_${service}`, port: calledPort, from: "inside", behind };
}

/** What a service with one container says of their number: nothing, as before there were others. */
export function several(replicas: number | undefined = 1): { replicas?: number } {
  return replicas > 1 ? { replicas } : {};
}

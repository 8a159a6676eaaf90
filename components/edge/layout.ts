/** A port of a service's containers that the edge stands in front of. */
export interface Upstream {
  service: string;
  /** The port of the service's containers. */
  target: number;
  /** What is not HTTP is passed on as it comes. */
  mode: "http" | "tcp";
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
  /** Its ports, each of which the edge listens on. */
  ports: Omit<Upstream, "service">[];
}

/** Where the edge listens. */
export interface Listener {
  /** Its name in the edge's configuration. */
  name: string;
  /** The port inside the edge's container. */
  port: number;
  /** The port on the machine that arrives there. */
  published?: number;
  mode: "http" | "tcp";
  /** Whether callers speak TLS to it. */
  isSecure?: boolean;
  /** Whether callers come through the stage's tunnel, which has spoken TLS with them. */
  isTunnelled?: boolean;
  /** Whom it is for: callers of a published port, or other services of the stage. */
  from: "outside" | "inside";
  /**
   * What stands behind it; where there are several, the host that a request names tells which is meant; nothing where callers are
   * sent on to HTTPS.
   */
  behind: { upstream: Upstream; hosts: string[] }[];
}

/** The two places that each upstream has in the edge: one serves, the other takes the containers of the release to come. */
export const slots = ["a", "b"] as const;

/** One of the two places; none before the first release serves. */
export type Slot = (typeof slots)[number];

/** Where the edge finds its parts, inside its container. */
export const paths = {
  /** What never changes while the edge lives: ports, timeouts, headers. */
  config: "/usr/local/etc/haproxy/haproxy.cfg",
  /** The upstreams, a line each. */
  upstreams: "/usr/local/etc/haproxy/upstreams",
  /** The program that runs the edge and takes back a switch that nobody confirms. */
  guard: "/usr/local/etc/haproxy/guard.sh",
  /** Where the certificate is found, key and all. */
  given: "/certificates",
  /** What changes: it outlives the edge's container. */
  state: "/var/lib/haproxy",
  /** A map: which slot serves. */
  serving: "/var/lib/haproxy/serving.map",
  /** A map: the release in each slot. */
  releases: "/var/lib/haproxy/releases.map",
  /** A map: containers of the release to come, by address; they call each other. */
  peers: "/var/lib/haproxy/peers.map",
  /** The containers in each slot, a line each. */
  containers: "/var/lib/haproxy/containers",
  /** Made of the upstreams and the containers by the guard whenever it starts. */
  servers: "/var/lib/haproxy/servers.cfg",
  /** The folder of certificates that the edge serves with. */
  certificates: "/var/lib/haproxy/certificates",
  /** A switch that is not confirmed: until when it counts, and the slot to go back to. */
  pending: "/var/lib/haproxy/pending",
} as const;

/** The port of the administration, on the loopback address of the edge's own network namespace: none but the cutover reaches it. */
export const adminPort = 9901;

/** The port, on the same address, on which a release is tried before it serves. */
export const trialPort = 9902;

/** The port, on the same address, on which what is behind TLS is asked without. */
export const plainPort = 9903;

/** What certificates are got by: its name on the edge's own network, and its port. */
export const certificatesName = "certificates";
export const certificatesPort = 8402;

/** What the edge is called on its own network by the connectors of a tunnel. */
export const edgeName = "edge";

/** The name of an upstream in the edge's configuration. */
export function upstreamName({ service, target }: Pick<Upstream, "service" | "target">): string {
  return `${service}_${target}`;
}

/** The name of an upstream's place in one of the slots. */
export function backendName(upstream: Pick<Upstream, "service" | "target">, slot: Slot): string {
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
  const inside = insideListeners(called);
  const own = [adminPort, trialPort, plainPort];
  const taken = new Set([...own, ...inside.map(({ port }) => port)]);
  const outside = outsideListeners(routes, taken);
  const plain = redirect === undefined ? [] : [redirecting(redirect, taken)];
  return [...outside, ...plain, ...inside];
}

function redirecting(published: number, taken: ReadonlySet<number>): Listener {
  const port = freeFrom(published, taken);
  return { name: `published_${published}`, port, published, mode: "http", from: "outside", behind: [] };
}

/** The port of the edge's container at which a published port arrives. */
export function insidePort(published: number, listening: readonly Listener[]): number {
  return listening.find((listener) => listener.published === published)?.port ?? published;
}

/**
 * The port of the edge's container at which a stage's tunnel arrives. Its owner enters it at Cloudflare, so it must not change where a
 * later release has services that call each other at the published number.
 */
export function tunnelPort(published: number): number {
  return published + (published <= 45_535 ? 20_000 : -20_000);
}

/** Everything behind an edge, each once. */
export function upstreams(listening: readonly Listener[]): Upstream[] {
  const all = listening.flatMap(({ behind }) => behind.map(({ upstream }) => upstream));
  return [...new Map(all.map((upstream) => [upstreamName(upstream), upstream])).values()];
}

/** A port that is published on several addresses is one port inside the edge's container. */
function outsideListeners(routes: readonly Route[], taken: Set<number>): Listener[] {
  const found = new Map<number, Listener>();
  for (const { service, published, target, isSecure, hosts } of routes) {
    if (!found.has(published)) {
      const port = freeFrom(hosts ? tunnelPort(published) : published, taken);
      taken.add(port);
      found.set(published, {
        name: `published_${published}`,
        port,
        published,
        mode: "http",
        ...(isSecure ? { isSecure } : {}),
        ...(hosts ? { isTunnelled: true } : {}),
        from: "outside",
        behind: [{ upstream: { service, target, mode: "http" }, hosts: hosts ?? [] }],
      });
    }
  }
  return [...found.values()];
}

/** The number itself where nothing else listens there: it is what a person looks for in the configuration. */
function freeFrom(port: number, taken: ReadonlySet<number>): number {
  return taken.has(port) ? freeFrom(port < 20_000 ? port + 20_000 : port + 1, taken) : port;
}

function insideListeners(called: readonly Called[]): Listener[] {
  const byPort = new Map<number, Listener>();
  for (const { service, names, ports } of called) {
    const hosts = [...new Set(Object.values(names).flat())].sort();
    for (const { target, mode } of ports) {
      const listener = byPort.get(target) ?? {
        name: `called_${target}`,
        port: target,
        mode,
        from: "inside",
        behind: [],
      };
      listener.behind.push({ upstream: { service, target, mode }, hosts });
      byPort.set(target, listener);
    }
  }
  return [...byPort.values()].sort((a, b) => a.port - b.port);
}

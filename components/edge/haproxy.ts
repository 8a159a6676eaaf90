/** One published port that the edge holds. */
export interface Route {
  /** The service behind it. */
  service: string;
  /** The port on the machine, which is the edge's own port too. */
  published: number;
  /** The address on the machine that it listens on; undefined: every address. */
  hostIp?: string;
  /** The port of the service's containers. */
  target: number;
}

/** Where the edge finds its parts, inside its container. */
export const paths = {
  /** What never changes while the edge lives: ports, timeouts, headers. */
  config: "/usr/local/etc/haproxy/haproxy.cfg",
  /** Which containers serve; written by each cutover. */
  servers: "/usr/local/etc/haproxy/servers.cfg",
  /** The release that serves; written by each cutover. */
  release: "/usr/local/etc/haproxy/release.map",
} as const;

/** The port of the administration, on the loopback address of the edge's own network namespace: none but the cutover reaches it. */
export const adminPort = 9901;

/** The name of a route inside the edge's configuration. */
export function routeName(route: Route): string {
  return `${route.service}_${route.published}`;
}

/**
 * The part of the edge's configuration that stays for its life. A change of it replaces the edge.
 *
 * @param stage the stage's name, which services are told in a header
 * @param routes the published ports
 */
export function edgeConfig(stage: string, routes: Route[]): string {
  return [
    section("global", [
      "log stdout format raw local0",
      "maxconn 8000",
      `stats socket ipv4@127.0.0.1:${adminPort} level admin`,
      "stats timeout 30s",
      "hard-stop-after 5m",
    ]),
    section("resolvers docker", [
      "nameserver dns 127.0.0.11:53",
      "resolve_retries 2",
      "timeout resolve 1s",
      "timeout retry 1s",
      // A container keeps its name and may change its address when it restarts.
      "hold valid 1s",
      "hold obsolete 1s",
    ]),
    section("defaults", [
      "mode http",
      "log global",
      "option httplog",
      "option dontlognull",
      "option forwardfor",
      "option redispatch",
      "retries 3",
      "timeout connect 5s",
      "timeout client 75s",
      "timeout server 75s",
      "timeout http-request 15s",
      "timeout tunnel 1h",
      "default-server init-addr libc,none resolvers docker resolve-prefer ipv4",
    ]),
    ...listeners(routes).map((route) =>
      section(`frontend ${routeName(route)}`, [
        `bind :${route.published}`,
        `http-request set-var(txn.release) str(current),map(${paths.release},none)`,
        "http-request set-header X-Slipway-Release %[var(txn.release)]",
        `http-request set-header X-Slipway-Stage ${stage}`,
        "http-request set-header X-Forwarded-Proto http",
        "http-request set-header X-Forwarded-Host %[req.hdr(host)]",
        `log-format "%ci:%cp [%tr] %f %s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %ts %{+Q}r release=%[var(txn.release)]"`,
        `default_backend ${routeName(route)}`,
      ]),
    ),
  ].join("\n");
}

/**
 * The part of the edge's configuration that names the containers.
 *
 * @param routes the published ports
 * @param containers the name of the container that serves, by service; a service without one answers 503
 */
export function serversConfig(routes: Route[], containers: Readonly<Record<string, string>>): string {
  return listeners(routes)
    .map((route) =>
      section(`backend ${routeName(route)}`, [
        `server app ${containers[route.service] ?? "none.invalid"}:${route.target}`,
      ]),
    )
    .join("\n");
}

/** What the header and the access log say of the release that serves. */
export function releaseMap(release: string): string {
  return `current ${release}\n`;
}

/**
 * The commands that make a running edge send traffic to other containers at once, without a reload.
 *
 * @returns one line for the edge's administration
 */
export function switchCommands(routes: Route[], containers: Readonly<Record<string, string>>, release: string): string {
  return [
    ...listeners(routes)
      .filter((route) => containers[route.service])
      .map((route) => `set server ${routeName(route)}/app fqdn ${containers[route.service]}`),
    `set map ${paths.release} current ${release}`,
  ].join("; ");
}

/** A port that is published on several addresses is one port inside the edge's container. */
function listeners(routes: Route[]): Route[] {
  return [...new Map(routes.map((route) => [routeName(route), route])).values()];
}

function section(name: string, lines: string[]): string {
  return `${[name, ...lines.map((line) => `  ${line}`)].join("\n")}\n`;
}

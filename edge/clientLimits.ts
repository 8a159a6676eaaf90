import type { Listener } from "./layout";
import type { Surroundings } from "./surroundings";

/** What one client may hold of an edge; 0: as much as there is. */
export interface ClientLimits {
  /** Connections at a time. */
  connections: number;
  /** Requests at a time, by however many connections: a stream or a WebSocket is one for as long as it lasts. */
  requests: number;
  /** How long, in seconds, it may say nothing while it sends a request, or take nothing of its answer. */
  timeout: number;
}

/** What one client may hold where nothing else is set: a sixteenth of the edge. */
export const usualLimits: ClientLimits = { connections: 500, requests: 500, timeout: 60 };

/** Where the edge counts: by address, and by the network of 64 bits where that is IPv6, of which one client has all addresses. */
const tables = { connections: "client_connections", requests: "client_requests" } as const;
const client = "ipmask(32,64)";

/** The sections in which an edge counts. */
export const clientTables: [name: string, lines: string[]][] = Object.values(tables).map((table) => [
  `backend ${table}`,
  ["stick-table type ipv6 size 20k expire 1m store conn_cur"],
]);

/** gRPC, by HTTP/2 or translated: its requests are streams, whose first message may be a long time coming. */
export const isGrpc = "{ req.hdr(content-type) -m beg application/grpc }";

/**
 * What keeps one client from holding an edge, as rules of a listener. A trusted proxy is counted by the callers that it tells of, and a tunnel
 * likewise; where the Engine gives callers its gateway's address, nobody who has that is counted.
 *
 * @param isTrusting whether the listener has proxies to trust (`is_trusted`)
 */
export function clientRules(
  { isTunnelled, hidesCallers }: Listener,
  limits: ClientLimits,
  isTrusting: boolean,
  { networks, tellsCallers }: Surroundings,
): string[] {
  const hidden = hidesCallers || !tellsCallers ? networks.flatMap(({ gateways }) => gateways) : [];
  const unless = [
    ...(isTrusting ? ["is_trusted"] : []),
    ...(hidden.length > 0 ? [`{ src ${hidden.join(" ")} }`] : []),
  ].join(" or ");
  const otherwise = unless === "" ? "" : ` unless ${unless}`;
  const count = (from: string, condition: string): string =>
    `http-request track-sc1 ${from},${client} table ${tables.requests}${condition}`;
  const told = "req.hdr_ip(x-forwarded-for,-1)";
  const counted = isTunnelled
    ? [count("req.hdr_ip(cf-connecting-ip)", "")]
    : [...(isTrusting ? [count(told, ` if is_trusted { ${told} -m found }`)] : []), count("src", otherwise)];
  return [
    `timeout client ${limits.timeout}s`,
    ...(limits.connections > 0 && !isTunnelled
      ? [
          `tcp-request connection track-sc0 src,${client} table ${tables.connections}${otherwise}`,
          `tcp-request connection reject if { sc0_conn_cur gt ${limits.connections} }`,
        ]
      : []),
    ...(limits.requests > 0
      ? [...counted, `http-request deny deny_status 429 if { sc1_conn_cur gt ${limits.requests} }`]
      : []),
    // A small body, or the beginning of a large one, is there before a service is asked for anything.
    `http-request wait-for-body time 30s at-least 16000 unless ${isGrpc}`,
    ".if version_atleast(2.9)",
    `http-request set-timeout client 10m if ${isGrpc}`,
    ".endif",
  ];
}

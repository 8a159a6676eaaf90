import type { Listener } from "./layout";

/** The proxies that are believed about callers: addresses and networks, as HAProxy takes them. */
export interface Trusted {
  /** Where the edge itself speaks TLS with callers. */
  secure: readonly string[];
  /** Where it speaks no TLS, on ports that are open beyond the machine. */
  open: readonly string[];
  /** The same on ports that are open by IPv6. */
  openToIPv6: readonly string[];
  /** The same on ports that only the machine itself reaches. */
  local: readonly string[];
}

/** The addresses of a machine itself. */
export const loopback = ["127.0.0.0/8", "::1/128"];

/**
 * Whom an edge trusts.
 *
 * With Docker's own way of publishing ports a caller beyond the machine keeps its address, and one on the machine appears as the gateway of a
 * Docker network. So does everybody who comes by IPv6, as containers have none; a rootless Engine, and Docker Desktop, give every caller the
 * gateway's address. There the machine's own networks tell nothing, except on a port that is published on loopback only.
 *
 * @param proxies what the setting says; undefined: nothing
 * @param networks the machine's own, which the edge is on
 * @param tellsCallers whether callers keep their addresses on the way to a container
 */
export function trustedBy(
  proxies: readonly string[] | undefined,
  networks: readonly string[],
  tellsCallers: boolean,
): Trusted {
  if (proxies) return { secure: proxies, open: proxies, openToIPv6: proxies, local: proxies };
  const own = [...loopback, ...networks];
  return { secure: [], open: tellsCallers ? own : loopback, openToIPv6: loopback, local: own };
}

/**
 * What services are told of callers from outside, as rules of a listener: what a trusted proxy has said is kept, and its own address added; what
 * anybody else has said of themselves is taken away first.
 */
export function forwarded(listener: Listener, trusted: Trusted): string[] {
  const { isSecure, isTunnelled, published } = listener;
  const host = "http-request set-header X-Forwarded-Host %[req.hdr(host)]";
  const scheme = isSecure ? "https" : "http";
  if (isTunnelled) {
    return [
      // Cloudflare has said who calls, and how.
      "option forwardfor if-none",
      "http-request set-header X-Forwarded-Proto https unless { req.hdr(x-forwarded-proto) -m found }",
      host,
      "http-request set-header X-Forwarded-Port 443 if { req.hdr(x-forwarded-proto) -m str https }",
      "http-request set-header X-Forwarded-Port 80 unless { req.hdr(x-forwarded-proto) -m str https }",
    ];
  }
  const proxies = trusted[accessTo(listener)];
  const unlessTrusted = proxies.length === 0 ? "" : " unless is_trusted";
  const set = (header: string, value: string): string =>
    `http-request set-header ${header} ${value} unless { req.hdr(${header.toLowerCase()}) -m found }`;
  return [
    ...(proxies.length === 0 ? [] : [`acl is_trusted src ${proxies.join(" ")}`]),
    `http-request del-header X-Forwarded- -m beg${unlessTrusted}`,
    `http-request del-header Forwarded${unlessTrusted}`,
    `http-request del-header X-Real-IP${unlessTrusted}`,
    "option forwardfor",
    // A proxy that tells how it was called, but not on which port, was called on the usual one.
    "http-request set-header X-Forwarded-Port 443 if { req.hdr(x-forwarded-proto) -m str https } !{ req.hdr(x-forwarded-port) -m found }",
    "http-request set-header X-Forwarded-Port 80 if { req.hdr(x-forwarded-proto) -m str http } !{ req.hdr(x-forwarded-port) -m found }",
    set("X-Forwarded-Proto", scheme),
    set("X-Forwarded-Host", "%[req.hdr(host)]"),
    set("X-Forwarded-Port", String(published)),
  ];
}

function accessTo({ isSecure, isLocal, hidesCallers }: Listener): keyof Trusted {
  if (isSecure) return "secure";
  if (isLocal) return "local";
  return hidesCallers ? "openToIPv6" : "open";
}

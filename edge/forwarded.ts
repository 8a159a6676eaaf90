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
 * The proxies that an edge believes about callers: those of the setting, else the machine itself, as far as its callers
 * can be told apart.
 *
 * With Docker's usual way of publishing ports, a caller beyond the machine keeps its address, and a caller on the
 * machine appears as the gateway of a Docker network. Some callers from elsewhere also appear as the gateway: all that
 * come by IPv6, because containers have no IPv6 address, and all under a rootless Engine or Docker Desktop. There the
 * machine's own networks prove nothing, except on a port that is published on loopback only.
 *
 * @param proxies the addresses in the setting; undefined: it is missing
 * @param networks the machine's own networks, which the edge is on
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
 * The headers about callers from outside that services get, as rules of a listener. The headers of a trusted proxy are
 * kept, and its own address is added; those of any other caller are removed first.
 */
export function forwarded(listener: Listener, trusted: Trusted): string[] {
  const { isSecure, isTunnelled, published } = listener;
  const host = "http-request set-header X-Forwarded-Host %[req.hdr(host)]";
  const scheme = isSecure ? "https" : "http";
  if (isTunnelled) {
    return [
      // Cloudflare has set the caller and the scheme.
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
    // A proxy that names the scheme but no port was called on the usual one.
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

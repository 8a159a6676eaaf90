import type { Listener } from "./layout";
import { loopback } from "./loopback";
import type { Surroundings } from "./surroundings";

/** The proxies that are believed about callers: addresses and networks, as HAProxy takes them. */
export interface Trusted {
  /** On ports that are open beyond the machine. */
  open: readonly string[];
  /** On ports that none but the machine itself reaches. */
  local: readonly string[];
}

/**
 * Whom an edge trusts: those who are named, and on a port that is published on loopback only the machine itself, which is seen there with the
 * address of a Docker network's gateway. On an open port that address tells nothing, because containers of others, and strangers by IPv6, have
 * it as well.
 *
 * @param proxies what the setting says; undefined: nothing
 */
export function trustedBy(proxies: readonly string[] | undefined, { networks }: Surroundings): Trusted {
  if (proxies) return { open: proxies, local: proxies };
  return { open: [], local: [...loopback, ...networks.flatMap(({ gateways }) => gateways)] };
}

/** Whose word counts at a listener. */
export function trustedAt({ isLocal }: Listener, trusted: Trusted): readonly string[] {
  return isLocal ? trusted.local : trusted.open;
}

/**
 * The headers about callers from outside that services get, as rules of a listener. The headers of a trusted proxy are
 * kept, and its own address is added; those of any other caller are removed first.
 */
export function forwarded(listener: Listener, trusted: Trusted): string[] {
  const { isSecure, isTunnelled, published } = listener;
  if (isTunnelled) return tunnelled;
  const proxies = trustedAt(listener, trusted);
  const unlessTrusted = proxies.length === 0 ? "" : " unless is_trusted";
  const set = (header: string, value: string): string =>
    `http-request set-header ${header} ${value} unless { req.hdr(${header.toLowerCase()}) -m found }`;
  return [
    `http-request del-header X-Forwarded- -m beg${unlessTrusted}`,
    `http-request del-header Forwarded${unlessTrusted}`,
    `http-request del-header X-Real-IP${unlessTrusted}`,
    "option forwardfor",
    // A proxy that names the scheme but no port was called on the usual one.
    "http-request set-header X-Forwarded-Port 443 if { req.hdr(x-forwarded-proto) -m str https } !{ req.hdr(x-forwarded-port) -m found }",
    "http-request set-header X-Forwarded-Port 80 if { req.hdr(x-forwarded-proto) -m str http } !{ req.hdr(x-forwarded-port) -m found }",
    set("X-Forwarded-Proto", isSecure ? "https" : "http"),
    set("X-Forwarded-Host", "%[req.hdr(host)]"),
    set("X-Forwarded-Port", String(published)),
  ];
}

/**
 * Cloudflare says who calls in a header of its own. To X-Forwarded-For it only adds the caller's address, behind what the caller sent.
 *
 * @see https://developers.cloudflare.com/fundamentals/reference/http-headers/
 */
const tunnelled = [
  "http-request set-var(txn.scheme) req.hdr(x-forwarded-proto)",
  "http-request del-header X-Forwarded- -m beg",
  "http-request del-header Forwarded",
  "http-request del-header X-Real-IP",
  "http-request set-header X-Forwarded-For %[req.hdr_ip(cf-connecting-ip)] if { req.hdr_ip(cf-connecting-ip) -m found }",
  "option forwardfor if-none",
  "acl is_plain var(txn.scheme) -m str http",
  "http-request set-header X-Forwarded-Proto http if is_plain",
  "http-request set-header X-Forwarded-Proto https unless is_plain",
  "http-request set-header X-Forwarded-Host %[req.hdr(host)]",
  "http-request set-header X-Forwarded-Port 80 if is_plain",
  "http-request set-header X-Forwarded-Port 443 unless is_plain",
];

import { isHost, isRepository } from "./reference";

/** Where a registry's API is found, and how its images' names begin. */
export interface Endpoint {
  /** As image references begin: host, port and, where the address has one, a path (`host/project/repository`). */
  address: string;
  /** Host and port alone: what `docker login` takes and Docker's config.json is keyed by. */
  host: string;
  /** Scheme, host and port of the API, without a slash at the end. */
  origin: string;
  /** The part in front of every repository in the API's paths: empty, or a path that ends with a slash. */
  prefix: string;
}

/**
 * Finds a registry's API by its address. Loopback addresses and `localhost` are spoken to over plain HTTP, as Docker
 * does by default, all others over HTTPS; an explicit `http://` or `https://` decides otherwise.
 *
 * @param address for example `docker.io`, `127.0.0.1:5000`, `europe-docker.pkg.dev/project/repository`,
 *   `http://10.0.0.5:5000`
 * @param at host and port of the near end of a tunnel, where one leads to the registry
 * @throws Error naming the address
 */
export function resolveEndpoint(address: string, at?: string): Endpoint {
  const wrong = new Error(
    `"${address}" is not a registry's address: write host[:port][/path], for example 127.0.0.1:5000 or ghcr.io/owner.`,
  );
  const match = /^(?:(https?):\/\/)?([^/]+)(?:\/(.*?))?\/?$/.exec(address.trim());
  if (!match) throw wrong;
  const [, scheme, given = "", path = ""] = match;
  if (!isHost(given) || (path !== "" && !isRepository(path))) throw wrong;
  const host = given === "index.docker.io" || given === "registry-1.docker.io" ? "docker.io" : given;
  const server = host === "docker.io" ? "registry-1.docker.io" : (at ?? host);
  const url = new URL(`${scheme ?? (isLoopback(host) ? "http" : "https")}://${server}`);
  return {
    address: path === "" ? host : `${host}/${path}`,
    host,
    origin: url.origin,
    prefix: path === "" ? "" : `${path}/`,
  };
}

/** Whether a host (with or without a port), or an address, is this machine itself: 127.0.0.0/8, ::1 or `localhost`. */
export function isLoopback(host: string): boolean {
  // An IPv6 address by itself has no port.
  if (host === "::1") return true;
  const name = host.replace(/:[0-9]+$/, "").toLowerCase();
  return name === "localhost" || name === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(name);
}

/** The ports of this machine's loopback address that lead to registries on other machines, by the address that these have there. */
const forwards = new Map<string, number>();

/**
 * Makes this process find a registry, which another machine has on its own loopback address, at a port of this machine's.
 *
 * @param address host and port there
 */
export function forward(address: string, port: number): void {
  forwards.set(address, port);
}

/** Where a registry's host is found from here: the host itself, but for one that is forwarded. */
export function foundAt(host: string): string {
  const port = forwards.get(host);
  return port === undefined ? host : `127.0.0.1:${port}`;
}

/** What tells, on a machine with Linux, which ports are listened on (proc(5), /proc/net/tcp). */
export const listeningScript = "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null";

/** The state of a socket that listens, as Linux numbers it. */
const listen = "0A";

/**
 * Reads which ports are listened on.
 *
 * @param text what {@link listeningScript} prints
 * @returns whether somebody listens on a port of an IPv4 address, or without one of any, where it stands in the way of another who would
 */
export function listeningOn(text: string): (port: number, ip?: string) => boolean {
  const held = text.split("\n").flatMap((line) => {
    const [, address = "", port = "", state] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? [];
    return state === listen ? [{ address, port: Number.parseInt(port, 16) }] : [];
  });
  return (port, ip) =>
    held.some((one) => one.port === port && (isAny(one.address) || isAnyIp(ip) || one.address === hex(ip ?? "")));
}

/** All zeros, of IPv4 or IPv6. */
function isAny(address: string): boolean {
  return /^0+$/.test(address);
}

function isAnyIp(ip: string | undefined): boolean {
  return ip === undefined || ip === "0.0.0.0" || ip === "::";
}

/** An IPv4 address as Linux writes it there, on machines that keep the lowest byte first. */
function hex(ip: string): string {
  const bytes = ip.split(".").reverse().map(Number);
  return bytes
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}

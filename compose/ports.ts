import type { Dict } from "./tree";
import { isIP } from "node:net";

interface Range {
  start: number;
  end: number;
}

/**
 * The long forms of a short port (`[[ip:]host:]container[/protocol]`, ranges included: one form for each container
 * port), by the rules of the reference (docker/go-connections, package `nat`).
 *
 * @throws Error with the reason for a text that is no port
 */
export function parsePort(spec: string): Dict[] {
  const { ip, host, container, protocol } = splitPort(spec);
  const target = parseRange(container, spec);
  const published = host === "" ? undefined : parseRange(host, spec);
  if (target.start === 0)
    throw new Error(`"${spec}" has the container port 0: write the one that the program listens on`);
  const count = target.end - target.start + 1;
  if (published && count > 1 && published.end - published.start + 1 !== count) {
    throw new Error(`"${spec}" has host and container ranges of different lengths: make them alike`);
  }
  const ports: Dict[] = [];
  for (let offset = 0; offset < count; offset++) {
    const port: Dict = { mode: "ingress", target: target.start + offset, protocol };
    if (ip !== "") port.host_ip = ip;
    if (published) port.published = publishedPort(published, offset, count);
    ports.push(port);
  }
  // The reference orders a range as texts.
  return ports.sort((a, b) => (String(a.target) < String(b.target) ? -1 : 1));
}

/** Several host ports for a single container port mean: any free one of them. */
function publishedPort(range: Range, offset: number, count: number): string {
  const first = String(range.start + offset);
  return count === 1 && range.start !== range.end ? `${first}-${range.end}` : first;
}

function splitPort(spec: string): { ip: string; host: string; container: string; protocol: string } {
  const parts = spec.split(":");
  const [container = "", protocol = "tcp"] = splitOnce(parts.pop() ?? "", "/");
  const host = parts.pop() ?? "";
  const ip = parts.join(":").replace(/^\[(.*)\]$/, "$1");
  if (container === "") throw new Error(`"${spec}" names no container port: write host:container`);
  if (ip !== "" && (isIP(ip) === 0 || ip.includes("%")))
    throw new Error(`"${ip}" is not an IP address: write ip:host:container`);
  const lower = (protocol === "" ? "tcp" : protocol).toLowerCase();
  if (!["tcp", "udp", "sctp"].includes(lower)) throw new Error(`"${protocol}" is no protocol: write tcp, udp or sctp`);
  return { ip, host, container, protocol: lower };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function parseRange(text: string, spec: string): Range {
  const [first = "", last = first] = splitOnce(text, "-");
  const range = { start: portNumber(first), end: portNumber(last) };
  if (range.start === undefined || range.end === undefined || range.end < range.start) {
    throw new Error(`"${text}" in "${spec}" is no port or range of ports: write 8080 or 8080-8090, at most 65535`);
  }
  return { start: range.start, end: range.end };
}

function portNumber(text: string): number | undefined {
  const port = /^\+?[0-9]+$/.test(text) ? Number(text) : -1;
  return port >= 0 && port <= 65535 ? port : undefined;
}

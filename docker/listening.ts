import type { Engine } from "./engine";

/** What a container listens on, beyond its own loopback address. */
export interface Listening {
  tcp: number[];
  udp: number[];
}

/** Sockets in the state in which they listen, as Linux numbers it: TCP's, and UDP's that are connected to nobody. */
const listens = { tcp: "0A", udp: "07" };

/** Where a port that a program has not chosen itself begins (ip_local_port_range): every client by UDP has one. */
const chosenBySystem = 32_768;

const script = "for kind in tcp tcp6 udp udp6; do echo $kind; cat /proc/net/$kind 2>/dev/null; done; :";

/**
 * What a running container listens on. It is asked from a container beside it in the same network namespace, as its own image need not have
 * anything to ask with.
 *
 * @param image what that one is made of: any with a shell
 */
export async function listeningIn(engine: Engine, container: string, image: string): Promise<Listening> {
  const beside = ["--network", `container:${container}`, "--entrypoint", "bash", image, "-c", script];
  return parseListening(await engine.command(["run", "--rm", "--log-driver", "none", ...beside]));
}

/**
 * Reads what listens from the kernel's tables (proc(5)), each behind a line with its name.
 *
 * @param text of tcp, tcp6, udp and udp6
 */
export function parseListening(text: string): Listening {
  const found = { tcp: new Set<number>(), udp: new Set<number>() };
  let kind: keyof Listening = "tcp";
  for (const line of text.split("\n")) {
    const named = /^(tcp|udp)6?$/.exec(line)?.[1] as keyof Listening | undefined;
    kind = named ?? kind;
    const [, address = "", hex = "", state] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? [];
    const port = Number.parseInt(hex, 16);
    if (state === listens[kind] && !isLoopback(address) && (kind === "tcp" || port < chosenBySystem)) {
      found[kind].add(port);
    }
  }
  return { tcp: ascending(found.tcp), udp: ascending(found.udp) };
}

/** 127.0.0.0/8 with its lowest byte first, also as an address of IPv6, and ::1. */
function isLoopback(address: string): boolean {
  return /^(?:0{16}FFFF0000)?[0-9A-F]{6}7F$/.test(address) || address === "00000000000000000000000001000000";
}

function ascending(ports: Iterable<number>): number[] {
  return [...ports].sort((a, b) => a - b);
}

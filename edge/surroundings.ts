import { loopback } from "./loopback";

/** A network that an edge is on. */
export interface EdgeNetwork {
  /** Whether it is the edge's own: nothing but its doors, its connectors and what gets its certificates is on it. */
  isOwn: boolean;
  /** Its address ranges, as `172.18.0.0/16`. */
  ranges: string[];
  /** The machine's own addresses on it. */
  gateways: string[];
}

/** What an edge finds around it once it runs. */
export interface Surroundings {
  networks: EdgeNetwork[];
  /** Whether the Engine tells the addresses of callers; a rootless one and Docker Desktop give all of them their gateway's. */
  tellsCallers: boolean;
}

/** A network as the Engine has it (`docker network inspect`), as far as it is read here. */
interface Inspected {
  Id: string;
  IPAM: { Config: { Subnet?: string; Gateway?: string }[] | null };
}

/**
 * Reads the networks of an edge.
 *
 * @param attached the edge's own description of its networks (`.NetworkSettings.Networks`)
 * @param found the same networks, each as the Engine has it
 * @param name what the edge is called on its own network alone
 */
export function readNetworks(
  attached: Readonly<Record<string, { NetworkID: string; Aliases?: string[] | null }>>,
  found: readonly Inspected[],
  name: string,
): EdgeNetwork[] {
  return found
    .map(({ Id: id, IPAM: { Config: pools } }) => ({
      isOwn: Object.values(attached).some((one) => one.NetworkID === id && one.Aliases?.includes(name)),
      ranges: (pools ?? []).flatMap(({ Subnet }) => Subnet ?? []).sort(),
      // The Engine may write its gateway with the network's length.
      gateways: (pools ?? []).flatMap(({ Gateway }) => Gateway?.split("/")[0] ?? []).sort(),
    }))
    .filter(({ ranges }) => ranges.length > 0)
    .sort((a, b) => ((a.ranges[0] ?? "") < (b.ranges[0] ?? "") ? -1 : 1));
}

/** By which way callers may come to a listener. */
export type Way = "published" | "tunnel" | "door";

/**
 * Keeps a listener to its way in, as rules of its connections. The edge is on networks that a compose file may keep apart, so whoever is
 * on one of them would reach by the edge's address what leads to another one. Names inside lead to doors, and these come by the edge's own
 * network; who comes from outside has an address of none of them; and the machine itself has a gateway's.
 */
export function waysIn(way: Way, { networks }: Pick<Surroundings, "networks">): string[] {
  const own = networks.filter(({ isOwn }) => isOwn).flatMap(({ ranges }) => ranges);
  if (way === "published") {
    return networks
      .filter(({ isOwn }) => !isOwn)
      .map(({ ranges, gateways }) => {
        const machine = gateways.length === 0 ? "" : ` !{ src ${gateways.join(" ")} }`;
        // Also where it arrives: on a network of the machine's own addresses (macvlan) strangers have addresses of its range.
        return `tcp-request connection reject if { src ${ranges.join(" ")} } { dst ${ranges.join(" ")} }${machine}`;
      });
  }
  const gateways = way === "tunnel" ? networks.flatMap((one) => one.gateways) : [];
  // What is asked from within: checks, and what a process that was there before a reload passes on.
  return [`tcp-request connection reject unless { src ${[...loopback, ...own, ...gateways].join(" ")} }`];
}

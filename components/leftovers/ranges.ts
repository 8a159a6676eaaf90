import { BlockList, isIPv6 } from "node:net";

/** Whether two address ranges (`10.9.0.0/24`) have an address in common, as Docker asks before it makes a network. */
export function overlap(one: string, other: string): boolean {
  return holds(one, other) || holds(other, one);
}

/** Of two ranges that overlap one holds the other's first address. */
function holds(range: string, other: string): boolean {
  const [network = "", prefix = ""] = range.split("/");
  const [first = ""] = other.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if ((isIPv6(first) ? "ipv6" : "ipv4") !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(first, family);
}

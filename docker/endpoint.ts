/** A network of a container as the Docker provider takes it. */
export interface Attachment {
  name: string;
  aliases?: string[];
  ipv4Address?: string;
  ipv6Address?: string;
  macAddress?: string;
  linkLocalIps?: string[];
  /** `key=value`. */
  driverOpts?: string[];
}

/** What the Engine is asked for such a network; what is not said is left out, as older Engines do not know all of it. */
export function endpoint({
  aliases = [],
  ipv4Address = "",
  ipv6Address = "",
  macAddress,
  linkLocalIps,
  driverOpts,
}: Attachment): object {
  return {
    Aliases: aliases,
    IPAMConfig: {
      IPv4Address: ipv4Address,
      IPv6Address: ipv6Address,
      ...(linkLocalIps ? { LinkLocalIPs: linkLocalIps } : {}),
    },
    ...(macAddress ? { MacAddress: macAddress } : {}),
    ...(driverOpts ? { DriverOpts: Object.fromEntries(driverOpts.map(option)) } : {}),
  };
}

function option(text: string): [string, string] {
  const [key = ""] = text.split("=", 1);
  return [key, text.slice(key.length + 1)];
}

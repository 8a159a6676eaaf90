/** A resource of a machine that two containers cannot hold at once. */
export type Claim =
  /** A volume that is written to, by the Engine's name for it. */
  | { kind: "volume"; name: string }
  /** A folder of the machine that is written to. */
  | { kind: "folder"; path: string }
  /** A port of the machine; without `ip` on every address. */
  | { kind: "port"; port: number; protocol: string; ip?: string }
  /** A fixed address; no two networks of an Engine have it. */
  | { kind: "address"; address: string }
  /** The network of a service's container, for the container that has it: one on a network that went with its owner reaches nothing. */
  | { kind: "network"; of: string }
  /** The same, for a container that joined it. */
  | { kind: "guest"; of: string };

/**
 * Everything that is held with a volume. A volume may be only a name for a folder of the machine or of a file server;
 * then that folder is held as well, because other volumes may be names for it, too.
 *
 * @param name the Engine's name for it
 * @param options of its driver (https://docs.docker.com/reference/cli/docker/volume/create/#driver-specific-options)
 */
export function volumeClaims(name: string, options?: Readonly<Record<string, string>> | null): Claim[] {
  const { type = "", device = "", o = "" } = options ?? {};
  const own: Claim = { kind: "volume", name };
  if (device === "" || type === "tmpfs") return [own];
  const [, server] = /(?:^|,)addr=([^,]+)/.exec(o) ?? [];
  return [own, { kind: "folder", path: server === undefined ? device : `${server}${device}` }];
}

/** @param ip as Docker writes it: `0.0.0.0` and `::` are every address */
export function portClaim(port: number, protocol: string, ip?: string): Claim {
  const isEvery = ip === undefined || ["", "0.0.0.0", "::"].includes(ip);
  return { kind: "port", port, protocol, ...(isEvery ? {} : { ip }) };
}

/** Whether two containers cannot hold both at once; a folder is held with everything in it. */
export function collide(one: Claim, other: Claim): boolean {
  switch (one.kind) {
    case "volume":
      return other.kind === "volume" && one.name === other.name;
    case "folder":
      return other.kind === "folder" && (isWithin(one.path, other.path) || isWithin(other.path, one.path));
    case "port":
      return (
        other.kind === "port" &&
        one.port === other.port &&
        one.protocol === other.protocol &&
        (one.ip === undefined || other.ip === undefined || one.ip === other.ip)
      );
    case "address":
      return other.kind === "address" && one.address === other.address;
    case "network":
      return other.kind === "guest" && one.of === other.of;
    case "guest":
      return other.kind === "network" && one.of === other.of;
  }
}

/** A claim in a sentence. */
export function named(claim: Claim): string {
  switch (claim.kind) {
    case "volume":
      return `the volume ${claim.name}`;
    case "folder":
      return `the folder ${claim.path}`;
    case "port":
      return `the port ${claim.port}${claim.protocol === "tcp" ? "" : `/${claim.protocol}`}`;
    case "address":
      return `the address ${claim.address}`;
    case "network":
    case "guest":
      return `the network of ${claim.of}`;
  }
}

/** Whether a claim is for data. */
export function isData({ kind }: Claim): boolean {
  return kind === "volume" || kind === "folder";
}

function isWithin(path: string, folder: string): boolean {
  const slashed = (text: string): string => `${text.replace(/\/+$/, "")}/`;
  return slashed(path).startsWith(slashed(folder));
}

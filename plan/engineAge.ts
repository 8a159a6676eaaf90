import type { ComposeConfig, Mount } from "../compose/index";
import { PlacedError } from "../errors/placed";
import { lookAtAll } from "../errors/several";
import type { FoundMachine } from "../machine/machine";

/** The version of the API since which the Docker provider hands a volume's further options on, and the Engine that came with it. */
const options = { api: "1.45", engine: 26 };

/** The same for a container's own MAC address. */
const macAddresses = { api: "1.44", engine: 25 };

/** Tells of the services whose MAC address an older Engine passes over. */
export function engineAgeNotices(
  { services }: Pick<ComposeConfig, "services">,
  { name, api }: Pick<FoundMachine, "name" | "api">,
): string[] {
  if (api === undefined || !isOlder(api, macAddresses.api)) return [];
  return Object.entries(services)
    .filter(([, { mac_address: own, networks = {} }]) =>
      [own, ...Object.values(networks).map((network) => network?.mac_address)].some((address) => address !== undefined),
    )
    .map(
      ([service]) =>
        `The service ${service} has a mac_address, which Docker Engine ${macAddresses.engine} and later give a container on a network (API ${macAddresses.api}), and that of ${name} speaks ${api}: it has an address of the Engine's.`,
    );
}

/**
 * Makes sure that the Engine is new enough for what the compose file asks of it. An older one would pass over a `subpath`, and show a container all
 * of the volume.
 *
 * @throws Error naming the service, the key, and the Engine that it takes
 */
export function checkEngineAge({ services }: Pick<ComposeConfig, "services">, { name, api }: FoundMachine): void {
  if (api === undefined || !isOlder(api, options.api)) return;
  lookAtAll(Object.entries(services), ([service, { volumes = [] }]) => {
    const key = volumes.map(keyOf).find((one) => one !== undefined);
    if (key === undefined) return;
    throw new PlacedError(
      ["services", service],
      `The service ${service} mounts a volume with ${key}, which Docker Engine ${options.engine} and later have by Pulumi's Docker provider (API ${options.api}), and that of ${name} speaks ${api}: update the Engine, or take ${key} away.`,
    );
  });
}

function keyOf({ volume }: Mount): string | undefined {
  if (volume?.subpath !== undefined) return "subpath";
  return volume?.nocopy ? "nocopy" : undefined;
}

function isOlder(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

import type { Service } from "../compose/index";
import { roleOf } from "./roles";
import { isStopFirst, publishedPorts } from "./stopFirst";

/** How many containers of a service a stage runs; one of a job or a check, which run to their end. */
export function replicasOf(service: Service): number {
  if (roleOf(service) !== "service") return 1;
  return service.scale ?? service.deploy?.replicas ?? 1;
}

/**
 * What of a service cannot be there several times.
 *
 * @returns the key below the service, and what would be right
 */
export function replicaProblems(service: Service): { path: (string | number)[]; reason: string }[] {
  const count = replicasOf(service);
  if (count <= 1) return [];
  const path = service.scale === undefined ? ["deploy", "replicas"] : ["scale"];
  const [port] = publishedPorts(service).filter(({ published }) => published !== undefined);
  if (port !== undefined) {
    return [
      {
        path,
        reason: `asks for ${count} containers that each hold the port ${port.published} of the machine: write app_protocol: http for it where it speaks HTTP, so that the edge holds it for all, or 1`,
      },
    ];
  }
  const fixed = [service.mac_address, ...Object.values(service.networks ?? {}).map(addressOf)].find(Boolean);
  return fixed === undefined
    ? []
    : [
        {
          path,
          reason: `asks for ${count} containers that each have the address ${fixed}: take the address away, or write 1`,
        },
      ];
}

function addressOf(network: NonNullable<Service["networks"]>[string]): string | undefined {
  return network?.ipv4_address ?? network?.ipv6_address ?? network?.mac_address;
}

/**
 * The label that tells a service's further containers from its first, where each of them is stopped by itself before it
 * is replaced.
 */
export function replicaLabel(service: Service, number: number): Record<string, string> {
  return number > 1 && isStopFirst(service) ? { replica: String(number) } : {};
}

/** The name of a service's container among several; that of the first is the service's own. */
export function replicaName(service: string, number: number): string {
  return number === 1 ? service : `${service}.${number}`;
}

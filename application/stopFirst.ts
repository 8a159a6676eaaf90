import type { Mount, Port, Service } from "../compose/index";
import { extensionOf } from "./extension";

/**
 * Whether a service's containers cannot run beside each other: they write to the same volume, hold a port of the machine, or
 * have an address of their own.
 *
 * @param service the service, without the ports that the edge holds for it
 */
export function isStopFirst(service: Service): boolean {
  return (
    publishedPorts(service).length > 0 ||
    hasFixedAddress(service) ||
    (!extensionOf(service).sharesVolumes && writableVolumes(service).length > 0)
  );
}

/** The mounts through which a service writes data that outlives its containers. */
export function writableVolumes(service: Service): Mount[] {
  return (service.volumes ?? []).filter(
    (mount) => !mount.read_only && (mount.type === "bind" || (mount.type === "volume" && mount.source)),
  );
}

/** The ports that the containers themselves hold on the machine; HTTP ports are held by the edge. */
export function publishedPorts(service: Service): Port[] {
  return (service.ports ?? []).filter((port) => port.app_protocol !== "http");
}

function hasFixedAddress(service: Service): boolean {
  return Object.values(service.networks ?? {}).some((network) => network?.ipv4_address ?? network?.ipv6_address);
}

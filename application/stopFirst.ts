import type { Mount, Port, Service } from "../compose/index";
import { extensionOf } from "./extension";
import { meetsItself } from "./sharing";

/**
 * Whether a service's containers cannot run beside each other: they write to the same volume, hold a port or a device of the machine,
 * have an address of their own, or are on a network that is another's.
 *
 * @param service the service, without the ports that the edge holds for it
 */
export function isStopFirst(service: Service): boolean {
  return (
    publishedPorts(service).length > 0 ||
    hasFixedAddress(service) ||
    meetsItself(service) ||
    heldDevices(service).length > 0 ||
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
export function publishedPorts(service: Pick<Service, "ports">): Port[] {
  return (service.ports ?? []).filter((port) => port.app_protocol !== "http");
}

/**
 * The devices that one program at a time has: a serial port, a camera, a disk. Of those that the kernel shares by its own
 * means, and of GPUs, several programs make use at once.
 */
export function heldDevices({ devices = [] }: Service): string[] {
  return devices.flatMap(({ source = "" }) => (source.startsWith("/") && !shared.test(source) ? [source] : []));
}

/** https://www.kernel.org/doc/html/latest/admin-guide/devices.html; the last ones are of accelerators. */
const shared =
  /^\/dev\/(null|zero|full|u?random|fuse|kvm|net\/tun|vhost-net|vsock|vhost-vsock|loop-control|dri(\/.*)?|kfd|nvidia.*|dxg|accel(\/.*)?|shm|tty)$/;

function hasFixedAddress(service: Service): boolean {
  return (
    service.mac_address !== undefined ||
    Object.values(service.networks ?? {}).some(
      (network) => network?.ipv4_address ?? network?.ipv6_address ?? network?.mac_address,
    )
  );
}

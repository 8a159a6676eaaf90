import type * as docker from "@pulumi/docker";
import type { BlockIo, Device, DeviceRequest, Mount, Service } from "../../compose/index";

/** What of the machine a service's containers get hold of: its devices, and its limits on them. */
export function devices(service: Service): Partial<docker.ContainerArgs> {
  const all = service.devices ?? [];
  const requests = [
    ...all.filter(isNamed).map(({ source = "" }) => ({ driver: "cdi", deviceIds: [source] })),
    ...(service.deploy?.resources.reservations?.devices ?? []).map(requested),
    // Compose takes each entry under `gpus` for a GPU.
    ...(service.gpus ?? []).map((gpu) => requested({ ...gpu, capabilities: [...(gpu.capabilities ?? []), "gpu"] })),
  ];
  const mapped = all.filter((device) => !isNamed(device));
  return {
    devices: orNone(
      mapped.map(({ source = "", target = source, permissions = "rwm" }) => ({
        hostPath: source,
        containerPath: target,
        permissions,
      })),
    ),
    deviceRequests: orNone(requests),
    deviceCgroupRules: service.device_cgroup_rules,
    ...rates(service.blkio_config ?? {}),
  };
}

/** A device by its name in a specification on the machine, as in `nvidia.com/gpu=all` (https://github.com/cncf-tags/container-device-interface). */
function isNamed({ source = "" }: Device): boolean {
  return /^[\w.-]+\/[\w.-]+=.+$/.test(source);
}

function requested({ capabilities, driver, count, device_ids: deviceIds, options }: DeviceRequest) {
  return { driver, count, deviceIds, capabilities, options };
}

function rates(limits: BlockIo): Partial<docker.ContainerArgs> {
  const each = (list: { Path?: string; Rate?: string }[] = []) =>
    orNone(list.map(({ Path: path = "", Rate: rate = "0" }) => ({ path, rate: Number(rate) })));
  return {
    deviceReadBps: each(limits.device_read_bps),
    deviceReadIops: each(limits.device_read_iops),
    deviceWriteBps: each(limits.device_write_bps),
    deviceWriteIops: each(limits.device_write_iops),
  };
}

/** Whether a mount says more than the provider's short form of one can. */
export function saysMore({ type, bind, volume }: Mount): boolean {
  return type === "bind"
    ? bind?.propagation !== undefined
    : type === "volume" && (volume?.nocopy === true || volume?.subpath !== undefined);
}

/**
 * A mount that says more ({@link saysMore}).
 *
 * @param source the folder of the machine, or the Engine's name of the volume
 */
export function longMount(
  { type = "volume", target = "", read_only: readOnly, bind, volume }: Mount,
  source: docker.types.input.ContainerMount["source"],
): docker.types.input.ContainerMount {
  return {
    type,
    source,
    target,
    readOnly,
    ...(bind?.propagation ? { bindOptions: { propagation: bind.propagation } } : {}),
    ...(volume?.nocopy || volume?.subpath ? { volumeOptions: { noCopy: volume.nocopy, subpath: volume.subpath } } : {}),
  };
}

function orNone<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

import { toMilliseconds } from "../compose/durations";
import type { ContainerDefinition, HostDefinition, MountDefinition } from "./definition";

/** A container's definition as the Docker provider takes it, with everything in it known. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs as the provider's schema has them
export type ContainerInputs = Record<string, any>;

type Values = ContainerInputs;

const mebibyte = 1 << 20;

/**
 * What the Engine is asked for a container, from the inputs of `docker:index/container:Container`; with the defaults of
 * the Docker provider, so that both make the same container.
 *
 * @throws Error naming an input that is not known here
 */
export function containerOptions(inputs: ContainerInputs): ContainerDefinition {
  const stranger = Object.keys(inputs).find((key) => !translated.has(key) && !handled.has(key));
  if (stranger) throw new Error(`Slipway knows no translation of the input ${stranger} of a container for the Engine.`);
  const host: HostDefinition = {
    LogConfig: { Type: inputs["logDriver"] ?? "", Config: inputs["logOpts"] ?? {} },
    Init: false,
    NetworkMode: "bridge",
  };
  const options: ContainerDefinition = {
    name: inputs["name"],
    Image: inputs["image"],
    Labels: Object.fromEntries((inputs["labels"] ?? []).map(({ label, value }: Values) => [label, value])),
    HostConfig: host,
  };
  for (const [key, translate] of translated) {
    if (inputs[key] !== undefined && inputs[key] !== null) translate(options, host, inputs[key]);
  }
  host.RestartPolicy = { Name: inputs["restart"] ?? "no", MaximumRetryCount: inputs["maxRetryCount"] ?? 0 };
  return options;
}

/** What is done with these stands elsewhere: around the creation, or above. */
const handled = new Set(
  "name image labels logDriver logOpts restart maxRetryCount networksAdvanced uploads start wait waitTimeout mustRun removeVolumes destroyGraceSeconds".split(
    " ",
  ),
);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs as the provider's schema has them
type Translate = (options: ContainerDefinition, host: HostDefinition, value: any) => void;

const translated = new Map<string, Translate>(
  Object.entries({
    command: (options, _, value) => (options.Cmd = value),
    entrypoints: (options, _, value) => (options.Entrypoint = value),
    envs: (options, _, value) => (options.Env = value),
    user: (options, _, value) => (options.User = value),
    workingDir: (options, _, value) => (options.WorkingDir = value),
    hostname: (options, _, value) => (options.Hostname = value),
    domainname: (options, _, value) => (options.Domainname = value),
    tty: (options, _, value) => (options.Tty = value),
    stdinOpen: (options, _, value) => (options.OpenStdin = value),
    stopSignal: (options, _, value) => (options.StopSignal = value),
    stopTimeout: (options, _, value) => (options.StopTimeout = value),
    healthcheck: (options, _, value) => {
      options.Healthcheck = {
        Test: value.tests,
        Interval: nanoseconds(value.interval),
        Timeout: nanoseconds(value.timeout),
        StartPeriod: nanoseconds(value.startPeriod),
        ...(value.startInterval ? { StartInterval: nanoseconds(value.startInterval) } : {}),
        Retries: value.retries ?? 0,
      };
    },
    ports: (options, host, value: Values[]) => {
      const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
      for (const { internal, external, ip = "0.0.0.0", protocol = "tcp" } of value) {
        (bindings[`${internal}/${protocol}`] ??= []).push({ HostIp: ip, HostPort: String(external ?? 0) });
      }
      options.ExposedPorts = Object.fromEntries(Object.keys(bindings).map((port) => [port, {}]));
      host.PortBindings = bindings;
    },
    volumes: (options, host, value: Values[]) => {
      options.Volumes = Object.fromEntries(value.map(({ containerPath }) => [containerPath, {}]));
      host.Binds = value
        .filter(({ hostPath, volumeName }) => hostPath || volumeName)
        .map(({ hostPath, volumeName, containerPath, readOnly }) => {
          return `${hostPath || volumeName}:${containerPath}:${readOnly ? "ro" : "rw"}`;
        });
    },
    mounts: (_, host, value: Values[]) => (host.Mounts = value.map(mount)),
    tmpfs: (_, host, value) => (host.Tmpfs = value),
    hosts: (_, host, value: Values[]) => (host.ExtraHosts = value.map((entry) => `${entry["host"]}:${entry["ip"]}`)),
    dns: (_, host, value) => (host.Dns = value),
    dnsOpts: (_, host, value) => (host.DnsOptions = value),
    dnsSearches: (_, host, value) => (host.DnsSearch = value),
    networkMode: (_, host, value) => (host.NetworkMode = value),
    ulimits: (_, host, value: Values[]) =>
      (host.Ulimits = value.map(({ name, soft, hard }) => ({ Name: name, Soft: soft ?? 0, Hard: hard ?? 0 }))),
    capabilities: (_, host, value) => {
      host.CapAdd = value.adds;
      host.CapDrop = value.drops;
    },
    securityOpts: (_, host, value) => (host.SecurityOpt = value),
    devices: (_, host, value: Values[]) =>
      (host.Devices = value.map(({ hostPath, containerPath, permissions }) => ({
        PathOnHost: hostPath,
        PathInContainer: containerPath || hostPath,
        CgroupPermissions: permissions || "rwm",
      }))),
    deviceRequests: (_, host, value: Values[]) =>
      (host.DeviceRequests = value.map(({ driver, count, deviceIds, capabilities, options }) => ({
        Driver: driver ?? "",
        Count: count ?? 0,
        DeviceIDs: deviceIds ?? [],
        Capabilities: capabilities?.length > 0 ? [capabilities] : [],
        Options: options ?? {},
      }))),
    deviceCgroupRules: (_, host, value) => (host.DeviceCgroupRules = value),
    deviceReadBps: (_, host, value: Values[]) => (host.BlkioDeviceReadBps = value.map(throttle)),
    deviceReadIops: (_, host, value: Values[]) => (host.BlkioDeviceReadIOps = value.map(throttle)),
    deviceWriteBps: (_, host, value: Values[]) => (host.BlkioDeviceWriteBps = value.map(throttle)),
    deviceWriteIops: (_, host, value: Values[]) => (host.BlkioDeviceWriteIOps = value.map(throttle)),
    privileged: (_, host, value) => (host.Privileged = value),
    readOnly: (_, host, value) => (host.ReadonlyRootfs = value),
    groupAdds: (_, host, value) => (host.GroupAdd = value),
    runtime: (_, host, value) => (host.Runtime = value),
    init: (_, host, value) => (host.Init = value),
    shmSize: (_, host, value) => (host.ShmSize = value * mebibyte),
    memory: (_, host, value) => (host.Memory = value * mebibyte),
    memoryReservation: (_, host, value) => (host.MemoryReservation = value * mebibyte),
    memorySwap: (_, host, value) => (host.MemorySwap = value > 0 ? value * mebibyte : value),
    cpus: (_, host, value) => (host.NanoCpus = Math.round(Number(value) * 1e9)),
    cpuPeriod: (_, host, value) => (host.CpuPeriod = value),
    cpuQuota: (_, host, value) => (host.CpuQuota = value),
    cpuShares: (_, host, value) => (host.CpuShares = value),
    cpuSet: (_, host, value) => (host.CpusetCpus = value),
    pidMode: (_, host, value) => (host.PidMode = value),
    ipcMode: (_, host, value) => (host.IpcMode = value),
    sysctls: (_, host, value) => (host.Sysctls = value),
    storageOpts: (_, host, value) => (host.StorageOpt = value),
    cgroupParent: (_, host, value) => (host.CgroupParent = value),
  } satisfies Record<string, Translate>),
);

function throttle({ path, rate }: Values): { Path: string; Rate: number } {
  return { Path: path, Rate: rate };
}

function mount({ type, source, target, readOnly, tmpfsOptions, bindOptions, volumeOptions }: Values): MountDefinition {
  return {
    Type: type,
    Source: source ?? "",
    Target: target,
    ReadOnly: readOnly ?? false,
    ...(tmpfsOptions ? { TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes ?? 0, Mode: tmpfsOptions.mode ?? 0 } } : {}),
    ...(bindOptions ? { BindOptions: { Propagation: bindOptions.propagation ?? "rprivate" } } : {}),
    ...(volumeOptions
      ? {
          VolumeOptions: {
            NoCopy: volumeOptions.noCopy ?? false,
            Labels: {},
            DriverConfig: { Name: "", Options: {} },
            ...(volumeOptions.subpath ? { Subpath: volumeOptions.subpath } : {}),
          },
        }
      : {}),
  };
}

function nanoseconds(duration: string | undefined): number {
  return duration === undefined ? 0 : toMilliseconds(duration) * 1e6;
}

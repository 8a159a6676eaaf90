/**
 * A container's definition as the Engine takes it, as far as it is asked for here.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerCreate)
 */
export interface ContainerDefinition {
  name?: string;
  Image?: string;
  Labels?: Record<string, string>;
  Cmd?: string[];
  Entrypoint?: string[];
  Env?: string[];
  User?: string;
  WorkingDir?: string;
  Hostname?: string;
  Domainname?: string;
  Tty?: boolean;
  OpenStdin?: boolean;
  StopSignal?: string;
  /** Seconds. */
  StopTimeout?: number;
  Healthcheck?: HealthcheckDefinition;
  ExposedPorts?: Record<string, object>;
  Volumes?: Record<string, object>;
  HostConfig?: HostDefinition;
  NetworkingConfig?: { EndpointsConfig?: Record<string, object> };
}

/** A health check; its times in nanoseconds. */
export interface HealthcheckDefinition {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** What of a container's definition concerns the machine that it runs on. Sizes are in bytes, CPU times in microseconds. */
export interface HostDefinition {
  LogConfig?: { Type: string; Config: Record<string, string> };
  RestartPolicy?: { Name: string; MaximumRetryCount?: number };
  Init?: boolean;
  NetworkMode?: string;
  PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>;
  Binds?: string[];
  Mounts?: MountDefinition[];
  Tmpfs?: Record<string, string>;
  ExtraHosts?: string[];
  Dns?: string[];
  DnsOptions?: string[];
  DnsSearch?: string[];
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  DeviceRequests?: {
    Driver: string;
    Count: number;
    DeviceIDs: string[];
    Capabilities: string[][];
    Options: Record<string, string>;
  }[];
  DeviceCgroupRules?: string[];
  /** Bytes, or operations, a second. */
  BlkioDeviceReadBps?: { Path: string; Rate: number }[];
  BlkioDeviceReadIOps?: { Path: string; Rate: number }[];
  BlkioDeviceWriteBps?: { Path: string; Rate: number }[];
  BlkioDeviceWriteIOps?: { Path: string; Rate: number }[];
  CapAdd?: string[];
  CapDrop?: string[];
  SecurityOpt?: string[];
  Privileged?: boolean;
  ReadonlyRootfs?: boolean;
  GroupAdd?: string[];
  Runtime?: string;
  ShmSize?: number;
  Memory?: number;
  MemoryReservation?: number;
  MemorySwap?: number;
  /** Billionths of a CPU. */
  NanoCpus?: number;
  CpuPeriod?: number;
  CpuQuota?: number;
  CpuShares?: number;
  CpusetCpus?: string;
  PidMode?: string;
  IpcMode?: string;
  Sysctls?: Record<string, string>;
  StorageOpt?: Record<string, string>;
  CgroupParent?: string;
}

export interface MountDefinition {
  Type: "bind" | "volume" | "tmpfs";
  Source: string;
  Target: string;
  ReadOnly?: boolean;
  BindOptions?: { Propagation: Propagation };
  VolumeOptions?: {
    NoCopy: boolean;
    Labels: Record<string, string>;
    DriverConfig: { Name: string; Options: Record<string, string> };
    Subpath?: string;
  };
  TmpfsOptions?: { SizeBytes: number; Mode: number };
}

/** How mounts within a mount are seen on either side. */
export type Propagation = "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave";

/** How an image is built. */
export interface Build {
  /** A folder as the file source has it, or a repository or image. */
  context?: string;
  /** Relative to the context. */
  dockerfile?: string;
  dockerfile_inline?: string;
  entitlements?: string[];
  args?: Record<string, string | null>;
  provenance?: string;
  sbom?: string;
  ssh?: string[];
  labels?: Record<string, string>;
  cache_from?: string[];
  cache_to?: string[];
  no_cache?: boolean;
  additional_contexts?: Record<string, string>;
  pull?: boolean;
  extra_hosts?: string[];
  isolation?: string;
  network?: string;
  target?: string;
  secrets?: FileMount[];
  /** Bytes. */
  shm_size?: string;
  tags?: string[];
  ulimits?: Record<string, number | SoftHard>;
  platforms?: string[];
  privileged?: boolean;
}

/** A published port. `published` is absent for any free port, and may be a range. */
export interface Port {
  name?: string;
  mode?: string;
  host_ip?: string;
  target?: number;
  published?: string;
  protocol?: string;
  app_protocol?: string;
}

/** A mount. The `source` of a bind is a path as the file source has it; that of a volume is its key under `volumes`. */
export interface Mount {
  type?: "bind" | "volume" | "tmpfs" | "cluster" | "npipe" | "image";
  source?: string;
  target?: string;
  read_only?: boolean;
  consistency?: string;
  bind?: { selinux?: string; propagation?: string; create_host_path?: boolean; recursive?: string };
  volume?: { labels?: Record<string, string>; nocopy?: boolean; subpath?: string };
  tmpfs?: { size?: string; mode?: number };
  image?: { subpath?: string };
}

/** A secret or config as a service takes it; `source` is its key at the top level, `mode` octal. */
export interface FileMount {
  source?: string;
  target?: string;
  uid?: string;
  gid?: string;
  mode?: string;
}

/** A service that another one waits for. */
export interface Dependency {
  condition: "service_started" | "service_healthy" | "service_completed_successfully";
  restart?: boolean;
  required: boolean;
}

/** A health check; the times are durations. */
export interface Healthcheck {
  /** Begins with CMD, CMD-SHELL or NONE. */
  test?: string[];
  timeout?: string;
  interval?: string;
  retries?: number;
  start_period?: string;
  start_interval?: string;
  disable?: boolean;
}

/** How a service joins a network. */
export interface ServiceNetwork {
  aliases?: string[];
  driver_opts?: Record<string, string>;
  gw_priority?: number;
  interface_name?: string;
  ipv4_address?: string;
  ipv6_address?: string;
  link_local_ips?: string[];
  mac_address?: string;
  priority?: number;
}

/** How a service is deployed. */
export interface Deploy {
  mode?: string;
  replicas?: number;
  labels?: Record<string, string>;
  update_config?: unknown;
  rollback_config?: unknown;
  resources: { limits?: Resource; reservations?: Resource };
  restart_policy?: { condition?: string; delay?: string; max_attempts?: number; window?: string };
  placement: { constraints?: string[]; preferences?: { spread?: string }[]; max_replicas_per_node?: number };
  endpoint_mode?: string;
}

/** An amount of a machine; `memory` in bytes, `cpus` in cores. */
export interface Resource {
  cpus?: number;
  memory?: string;
  pids?: number;
  devices?: DeviceRequest[];
  generic_resources?: unknown[];
}

/** A device that a service asks for; a count of -1 is all of them. */
export interface DeviceRequest {
  capabilities?: string[];
  driver?: string;
  count?: number;
  device_ids?: string[];
  options?: Record<string, string>;
}

/** A device of the host. */
export interface Device {
  source?: string;
  target?: string;
  permissions?: string;
}

/** A limit with two stages. */
export interface SoftHard {
  soft?: number;
  hard?: number;
}

/** Limits on block devices; the capital letters are the reference's. `Rate` in bytes or operations a second. */
export interface BlockIo {
  weight?: number;
  weight_device?: { Path?: string; Weight?: number }[];
  device_read_bps?: { Path?: string; Rate?: string }[];
  device_read_iops?: { Path?: string; Rate?: string }[];
  device_write_bps?: { Path?: string; Rate?: string }[];
  device_write_iops?: { Path?: string; Rate?: string }[];
}

/** Where the log goes. */
export interface Logging {
  driver?: string;
  options?: Record<string, string>;
}

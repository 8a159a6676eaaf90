/**
 * A loaded application: what `docker compose config --format json` prints, key for key. Sizes are texts of bytes (`sizes.ts`
 * has the number), durations texts such as `1m30s` (`durations.ts` has the milliseconds), paths on the host as the file source
 * has them, booleans that are false and empty lists left out. Beyond the reference, services, networks, volumes, secrets and
 * configs keep their extensions (`x-…`): what Slipway is told about one of them stands there.
 */
export interface ComposeConfig {
  name: string;
  services: Record<string, Service>;
  networks?: Record<string, Network>;
  volumes?: Record<string, Volume>;
  secrets?: Record<string, FileObject>;
  configs?: Record<string, FileObject>;
  /** Only while loading: the reference does not print them. */
  models?: Record<string, unknown>;
  /** Extensions of the application (`x-…`), as written. */
  [extension: `x-${string}`]: unknown;
}

/** A service. `command` and `entrypoint` are null when the image's own are meant, empty when they are cleared. */
export interface Service {
  profiles?: string[];
  annotations?: Record<string, string>;
  attach?: boolean;
  build?: Build;
  develop?: unknown;
  blkio_config?: BlockIo;
  cap_add?: string[];
  cap_drop?: string[];
  cgroup_parent?: string;
  cgroup?: string;
  cpu_count?: number;
  cpu_percent?: number;
  cpu_period?: number;
  cpu_quota?: number;
  cpu_rt_period?: number;
  cpu_rt_runtime?: number;
  cpus?: number;
  cpuset?: string;
  cpu_shares?: number;
  command: string[] | null;
  configs?: FileMount[];
  container_name?: string;
  credential_spec?: unknown;
  depends_on?: Record<string, Dependency>;
  deploy?: Deploy;
  device_cgroup_rules?: string[];
  devices?: Device[];
  dns?: string[];
  dns_opt?: string[];
  dns_search?: string[];
  domainname?: string;
  entrypoint: string[] | null;
  provider?: unknown;
  /** Null: the variable has no value anywhere, so the container does not get it. */
  environment?: Record<string, string | null>;
  expose?: string[];
  external_links?: string[];
  /** `name=address`, sorted. */
  extra_hosts?: string[];
  group_add?: string[];
  gpus?: DeviceRequest[];
  hostname?: string;
  healthcheck?: Healthcheck;
  image?: string;
  init?: boolean;
  ipc?: string;
  isolation?: string;
  labels?: Record<string, string>;
  links?: string[];
  logging?: Logging;
  /** Bytes. */
  mem_limit?: string;
  /** Bytes. */
  mem_reservation?: string;
  /** Bytes; -1 for no limit. */
  memswap_limit?: string;
  /** Percent. */
  mem_swappiness?: string;
  mac_address?: string;
  models?: Record<string, unknown>;
  network_mode?: string;
  /** Null: joined without options. Absent only with `network_mode` or `provider`. */
  networks?: Record<string, ServiceNetwork | null>;
  oom_kill_disable?: boolean;
  oom_score_adj?: number;
  pid?: string;
  pids_limit?: number;
  platform?: string;
  ports?: Port[];
  privileged?: boolean;
  pull_policy?: string;
  read_only?: boolean;
  restart?: string;
  runtime?: string;
  scale?: number;
  secrets?: FileMount[];
  security_opt?: string[];
  /** Bytes. */
  shm_size?: string;
  stdin_open?: boolean;
  stop_grace_period?: string;
  stop_signal?: string;
  storage_opt?: Record<string, string>;
  sysctls?: Record<string, string>;
  /** `path` or `path:options`. */
  tmpfs?: string[];
  tty?: boolean;
  ulimits?: Record<string, number | SoftHard>;
  use_api_socket?: boolean;
  user?: string;
  userns_mode?: string;
  uts?: string;
  volumes?: Mount[];
  volumes_from?: string[];
  working_dir?: string;
  post_start?: unknown[];
  pre_stop?: unknown[];
  [extension: `x-${string}`]: unknown;
}

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

/** A mount. A `source` of a bind is a path as the file source has it, of a volume its key under `volumes`. */
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

/** What a service waits for. */
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

/** A network; `name` is the one that the engine knows it by. */
export interface Network {
  name: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  ipam: {
    driver?: string;
    config?: { subnet?: string; gateway?: string; ip_range?: string; aux_addresses?: Record<string, string> }[];
  };
  external?: boolean;
  internal?: boolean;
  attachable?: boolean;
  labels?: Record<string, string>;
  enable_ipv4?: boolean;
  enable_ipv6?: boolean;
  [extension: `x-${string}`]: unknown;
}

/** A volume; `name` is the one that the engine knows it by. */
export interface Volume {
  name: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  external?: boolean;
  labels?: Record<string, string>;
  [extension: `x-${string}`]: unknown;
}

/** A secret or config: where its content comes from. */
export interface FileObject {
  name: string;
  /** A path as the file source has it. */
  file?: string;
  /** A variable; its value is in `Loaded.environment`. */
  environment?: string;
  content?: string;
  external?: boolean;
  labels?: Record<string, string>;
  driver?: string;
  driver_opts?: Record<string, string>;
  template_driver?: string;
  [extension: `x-${string}`]: unknown;
}

import type { Build, BlockIo, Dependency, Deploy, Device, DeviceRequest, FileMount } from "./service-parts";
import type { Healthcheck, Logging, Mount, Port, ServiceNetwork, SoftHard } from "./service-parts";

/** A service. `command` and `entrypoint` are null for the image's own, and empty when they are cleared. */
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

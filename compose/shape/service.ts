import { type Decode, dictOf, listOf, record } from "./decode";
import { command, healthTest, hosts, repeated, texts, ulimit, variables } from "./mappings";
import { build, fileMount } from "./build";
import { deploy, deviceRequest } from "./deploy";
import { anySize, anyText, choice, count, duration, flag, integer, plainInteger, single, size, text } from "./scalars";

const textList = listOf(anyText);
const printedAlways = { decode: command, absent: () => null };

const hook = record({
  command: printedAlways,
  user: text,
  privileged: flag,
  working_dir: text,
  environment: variables,
});

const blockWeight = record({ path: text, weight: plainInteger });
const blockRate = record({ path: text, rate: anySize });

/** The reference prints these two with its own field names. */
function capitalized(decode: Decode): Decode {
  return (value, spot) => {
    const decoded = decode(value, spot) as Record<string, string>;
    return Object.fromEntries(
      Object.entries(decoded).map(([key, entry]) => [key[0]?.toUpperCase() + key.slice(1), entry]),
    );
  };
}

const dependency: Decode = record({ condition: text, restart: flag, required: choice });

const port = record({
  name: text,
  mode: text,
  host_ip: text,
  target: integer,
  published: text,
  protocol: text,
  app_protocol: text,
});

const volume = record({
  type: text,
  source: text,
  target: text,
  read_only: flag,
  consistency: text,
  bind: record({ selinux: text, propagation: text, create_host_path: flag, recursive: text }),
  volume: record({ labels: texts, nocopy: flag, subpath: text }),
  tmpfs: record({ size, mode: plainInteger }),
  image: record({ subpath: text }),
});

const network = record({
  aliases: textList,
  driver_opts: texts,
  gw_priority: integer,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: textList,
  mac_address: text,
  priority: integer,
});

/** Env files are read into `environment` later; they keep this form until then. */
const envFile = record({ path: text, required: choice, format: text });

const watch = record({
  path: { decode: text, absent: () => "" },
  action: { decode: text, absent: () => "" },
  target: text,
  exec: { decode: hook, absent: () => ({ command: null }) },
  include: textList,
  ignore: textList,
  initial_sync: flag,
});

/** A service, in the form in which the reference prints it. */
export const service: Decode = record({
  profiles: textList,
  annotations: texts,
  attach: choice,
  build,
  develop: record({ watch: listOf(watch) }),
  blkio_config: record({
    weight: plainInteger,
    weight_device: listOf(capitalized(blockWeight)),
    device_read_bps: listOf(capitalized(blockRate)),
    device_read_iops: listOf(capitalized(blockRate)),
    device_write_bps: listOf(capitalized(blockRate)),
    device_write_iops: listOf(capitalized(blockRate)),
  }),
  cap_add: textList,
  cap_drop: textList,
  cgroup_parent: text,
  cgroup: text,
  cpu_count: integer,
  cpu_percent: single,
  cpu_period: integer,
  cpu_quota: integer,
  cpu_rt_period: integer,
  cpu_rt_runtime: integer,
  cpus: single,
  cpuset: text,
  cpu_shares: integer,
  command: printedAlways,
  configs: listOf(fileMount),
  container_name: text,
  credential_spec: record({ config: text, file: text, registry: text }),
  depends_on: dictOf(dependency),
  deploy,
  device_cgroup_rules: textList,
  devices: listOf(record({ source: text, target: text, permissions: text })),
  dns: textList,
  dns_opt: textList,
  dns_search: textList,
  domainname: text,
  entrypoint: printedAlways,
  provider: record({ type: text, options: repeated }),
  environment: variables,
  env_file: listOf(envFile),
  expose: textList,
  external_links: textList,
  extra_hosts: hosts,
  group_add: textList,
  gpus: listOf(deviceRequest),
  hostname: text,
  healthcheck: record({
    test: healthTest,
    timeout: duration,
    interval: duration,
    retries: count,
    start_period: duration,
    start_interval: duration,
    disable: flag,
  }),
  image: text,
  init: choice,
  ipc: text,
  isolation: text,
  labels: texts,
  label_file: textList,
  links: textList,
  logging: record({ driver: text, options: texts }),
  mem_limit: size,
  mem_reservation: size,
  memswap_limit: size,
  mem_swappiness: size,
  mac_address: text,
  models: dictOf(record({ endpoint_var: text, model_var: text })),
  network_mode: text,
  networks: dictOf(network),
  oom_kill_disable: flag,
  oom_score_adj: integer,
  pid: text,
  pids_limit: integer,
  platform: text,
  ports: listOf(port),
  privileged: flag,
  pull_policy: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: count,
  secrets: listOf(fileMount),
  security_opt: textList,
  shm_size: size,
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: text,
  storage_opt: texts,
  sysctls: texts,
  tmpfs: textList,
  tty: flag,
  ulimits: dictOf(ulimit),
  use_api_socket: flag,
  user: text,
  userns_mode: text,
  uts: text,
  volumes: listOf(volume),
  volumes_from: textList,
  working_dir: text,
  post_start: listOf(hook),
  pre_stop: listOf(hook),
});

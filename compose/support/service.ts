import { isDict } from "../tree";
import { noSetting } from "./reasons";
import { type Verdicts, ignored, passedOver, supported, unsupported, unsupportedWhen } from "./verdict";

const namespace = "with it a container reaches beyond its stage, to all that runs on the machine: remove it";
const notPassed =
  "Pulumi's Docker provider has no such setting, and without it the service would be another one: remove it";
const windows = "this is for Windows containers only: remove it";

const ownerReason = "files are mounted as root's, readable for all: remove it, or set mode";
const owner = { uid: ownerReason, gid: ownerReason };

/** Of blkio_config. */
const rates = ["device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops"];

/** The verdicts on the keys of a service; `build` and `deploy` have tables of their own. */
export const serviceVerdicts: Verdicts = {
  ...supported("services.*", [
    "cap_add",
    "cap_drop",
    "cgroup_parent",
    "command",
    "container_name",
    "cpu_period",
    "cpu_quota",
    "cpu_shares",
    "cpus",
    "cpuset",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "environment",
    "expose",
    "extra_hosts",
    "group_add",
    "hostname",
    "image",
    "init",
    "labels",
    "links",
    "mem_limit",
    "mem_reservation",
    "memswap_limit",
    "platform",
    "privileged",
    "profiles",
    "pull_policy",
    "read_only",
    "restart",
    "runtime",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "ulimits.*.soft",
    "ulimits.*.hard",
    "user",
    "working_dir",
    "healthcheck",
    ...["test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"].map(
      (key) => `healthcheck.${key}`,
    ),
    "logging",
    "logging.driver",
    "logging.options",
  ]),
  // Handled by the loader.
  ...supported("services.*", [
    "extends",
    "extends.service",
    "extends.file",
    "env_file",
    "env_file.*.path",
    "env_file.*.required",
    "env_file.*.format",
    "label_file",
  ]),
  ...ignored("services.*", {
    attach: "it is about what docker compose up shows",
    develop: "it is about development on one's own machine",
    pull_refresh_after: "a stage runs digests, which never go stale",
  }),
  ...passedOver("services.*", {
    annotations: noSetting,
    mem_swappiness: noSetting,
    oom_kill_disable: noSetting,
    oom_score_adj: noSetting,
    pids_limit: noSetting,
    "blkio_config.weight": noSetting,
    "blkio_config.weight_device": noSetting,
  }),
  ...unsupported("services.*", {
    cgroup: namespace,
    cpu_count: windows,
    cpu_percent: windows,
    cpu_rt_period: notPassed,
    cpu_rt_runtime: notPassed,
    credential_spec: windows,
    external_links: "join the other container's network instead: an external one under networks",
    isolation: windows,
    models: "models are not run by Slipway: run the model as a service of its own",
    pid: namespace,
    post_start: "hooks are not run: put the command into the image's entrypoint",
    pre_stop: "hooks are not run: let the program act on stop_signal",
    provider: "services of a provider are not run by Slipway: remove it",
    use_api_socket: "no container gets hold of the Docker Engine: remove it",
    userns_mode: namespace,
    uts: namespace,
    volumes_from: "name the volumes themselves under volumes",
  }),
  "services.*.network_mode": unsupportedWhen(
    (mode) => !/^(none|bridge|host|service:.+)$/.test(String(mode)),
    "a stage shares no network with a container of another project, and joins others by name: write service: and a service of this file, or the network under networks with external: true",
  ),
  "services.*.ipc": unsupportedWhen(
    (mode) => !/^(|none|private|shareable|host|service:.+)$/.test(String(mode)),
    "a stage shares no memory with a container of another project: write service: and a service of this file",
  ),
  "services.*.scale": unsupportedWhen(
    (scale) => scale === 0,
    "none of it would run: give it a profile instead, which is not active",
  ),
  ...deviceVerdicts(),
  ...dependencyVerdicts(),
  ...networkVerdicts(),
  ...portVerdicts(),
  ...mountVerdicts(),
};

function deviceVerdicts(): Verdicts {
  return {
    ...supported("services.*", ["mac_address", "device_cgroup_rules", "devices", "gpus"]),
    "services.*.blkio_config": { is: "supported" },
    ...Object.assign(
      {},
      ...rates.map((key) => supported("services.*.blkio_config", [key, `${key}.*.path`, `${key}.*.rate`])),
    ),
    ...supported("services.*.devices.*", ["source", "target", "permissions"]),
    ...supported("services.*.gpus.*", ["capabilities", "count", "device_ids", "driver", "options"]),
  };
}

function dependencyVerdicts(): Verdicts {
  return {
    "services.*.depends_on": { is: "supported" },
    ...supported("services.*.depends_on.*", ["condition", "required"]),
    ...ignored("services.*.depends_on.*", { restart: "an update restarts what it has to" }),
  };
}

function networkVerdicts(): Verdicts {
  const prefix = "services.*.networks.*";
  return {
    "services.*.networks": { is: "supported" },
    ...supported(prefix, ["aliases", "driver_opts", "ipv4_address", "ipv6_address", "link_local_ips", "mac_address"]),
    ...ignored(prefix, { priority: "it only orders the joining of networks" }),
    ...unsupported(prefix, {
      gw_priority: "an Engine before 28 passes it over without a word: remove it",
      interface_name: notPassed,
    }),
  };
}

function portVerdicts(): Verdicts {
  const prefix = "services.*.ports.*";
  return {
    "services.*.ports": { is: "supported" },
    ...supported(prefix, ["target", "host_ip", "protocol", "app_protocol"]),
    ...ignored(prefix, { name: "it is a note", mode: "a stage is one machine" }),
    [`${prefix}.published`]: unsupportedWhen(
      (published) => String(published).includes("-"),
      "a range leaves open which port it will be: write one port",
    ),
  };
}

function mountVerdicts(): Verdicts {
  const prefix = "services.*.volumes.*";
  const files = ["secrets", "configs"].map((kind) => `services.*.${kind}`);
  return {
    "services.*.volumes": { is: "supported" },
    [`${prefix}.type`]: unsupportedWhen(
      (type) => !["bind", "volume", "tmpfs"].includes(String(type)),
      "only folders, volumes and tmpfs are mounted: write bind, volume or tmpfs",
    ),
    ...supported(prefix, ["source", "target", "read_only", "volume", "tmpfs", "tmpfs.size", "tmpfs.mode"]),
    ...supported(prefix, ["bind.selinux", "bind.propagation", "volume.nocopy", "volume.subpath"]),
    [`${prefix}.bind`]: unsupportedWhen(
      (bind) => isDict(bind) && bind["selinux"] !== undefined && bind["propagation"] !== undefined,
      "Pulumi's Docker provider has a label of SELinux or a propagation for one mount: write one of the two",
    ),
    ...ignored(prefix, {
      consistency: "it is about Docker Desktop",
      "bind.create_host_path": "a folder that is missing is made",
      image: "it goes with the type image, which is refused",
    }),
    ...unsupported(prefix, {
      "bind.recursive": notPassed,
      "volume.labels": "write the labels under the top-level volumes",
    }),
    ...Object.assign({}, ...files.map((key) => ({ [key]: { is: "supported" } }))),
    ...Object.assign({}, ...files.map((key) => supported(`${key}.*`, ["source", "target", "mode"]))),
    ...Object.assign({}, ...files.map((key) => unsupported(`${key}.*`, owner))),
  };
}

/** Whether a value is more than an empty mapping, which the canonical form has where nothing was written. */
export function saysSomething(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return !isDict(value) || Object.keys(value).length > 0;
}

import { createHash } from "node:crypto";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ComposeConfig, Mount, Service } from "../../compose/index";
import { namesOf } from "../../edge/internalNames";
import { isBare } from "../../application/extension";
import { healthcheck, healthyWithin, isChecked } from "../../application/healthcheck";
import { devices, longMount, saysMore } from "./handedOn";
import { limits } from "./limits";
import type { Secrets } from "../../application/secrets";
import { publishedPorts } from "../../application/stopFirst";
import { stopGrace } from "../../application/grace";
import { sharedWith, type Shared } from "../../application/sharing";
import type { MountWithin } from "../../application/written/keptPath";
import { mebibytes } from "../../application/units";

/** What a container's definition needs from outside of its service's own section. */
export interface ContainerContext {
  secrets: Secrets;
  /** The image by digest. */
  image: pulumi.Input<string>;
  /** The Engine's name of each network, by the compose file's key. */
  networks: Readonly<Record<string, pulumi.Input<string>>>;
  /** The Engine's name of each volume, by the compose file's key. */
  volumes: Readonly<Record<string, pulumi.Input<string>>>;
  /** Where the Engine has the content of each volume, by the compose file's key. */
  mountpoints?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets, configs and files of the release. */
  files: docker.types.input.ContainerMount[];
  /** The id of each container that there is by now, by its service: another one may be on its network. */
  containers?: Readonly<Record<string, pulumi.Input<string>>>;
  /** What its image runs before its command, where an empty argument comes behind it; undefined: none does. */
  entrypoint?: pulumi.Output<string[]>;
  /** Whether its name leads others to the edge. */
  isCalled: boolean;
  /** The compose file's networks: on one that is not the stage's own its name leads to itself, if it has any there. */
  declared?: ComposeConfig["networks"];
  labels: docker.types.input.ContainerLabel[];
}

/**
 * Translates a service of the compose model into a container of the Docker provider. What the compose file leaves open is
 * filled for a machine that nobody watches: it starts again by itself, its log is rotated, and no program in it can gain
 * privileges.
 *
 * @param name the service's name, which other containers find it by
 * @param service as the compose file describes it
 */
export function containerArgs(name: string, service: Service, context: ContainerContext): docker.ContainerArgs {
  const reveal = (text: string): pulumi.Input<string> => context.secrets.reveal(text);
  return {
    image: context.image,
    ...program(service, reveal, context.entrypoint),
    envs: environment(service).map(reveal),
    labels: context.labels,
    healthcheck: healthcheck(service),
    wait: isChecked(service),
    waitTimeout: isChecked(service) ? healthyWithin(service) : undefined,
    mustRun: true,
    ...lifecycle(service),
    ...network(name, service, context),
    ...storage(service, context),
    ...limits(service),
    ...devices(service),
    ipcMode: shared(service, "ipc", context),
    ...security(service),
    ...logging(service),
    user: service.user,
    workingDir: service.working_dir,
    hostname: service.hostname,
    domainname: service.domainname,
    stdinOpen: service.stdin_open,
    tty: service.tty,
    runtime: service.runtime,
    storageOpts: service.storage_opt,
    init: service.init,
  };
}

/**
 * To the Engine entrypoint and command are one list. The provider takes no empty argument in a command, and does in an
 * entrypoint; and to it an empty entrypoint, which clears the image's own, is none.
 */
function program(
  { entrypoint, command }: Service,
  reveal: (text: string) => pulumi.Input<string>,
  ofImage?: pulumi.Output<string[]>,
): Pick<docker.ContainerArgs, "command" | "entrypoints"> {
  if (entrypoint && command && (entrypoint.length === 0 || command.includes(""))) {
    return { entrypoints: [...entrypoint, ...command].map(reveal) };
  }
  if (!entrypoint && command && ofImage) {
    return { entrypoints: pulumi.all([ofImage, command.map(reveal)]).apply(([own, words]) => [...own, ...words]) };
  }
  return { command: command?.map(reveal), entrypoints: entrypoint?.map(reveal) };
}

function environment(service: Service): string[] {
  return Object.entries(service.environment ?? {})
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}

/** The Engine's usual log grows until the disk is full, unless it is told otherwise. */
function logging(service: Service): Partial<docker.ContainerArgs> {
  const { logging = {} } = service;
  if (isBare(service)) return { logDriver: logging.driver, logOpts: logging.options };
  const { driver = "json-file", options } = logging;
  return { logDriver: driver, logOpts: driver === "json-file" ? { ...rotated, ...options } : options };
}

const rotated = { "max-size": "10m", "max-file": "3" };

function lifecycle(service: Service): Partial<docker.ContainerArgs> {
  const grace = stopGrace(service);
  const silent = isBare(service) ? "no" : "unless-stopped";
  const [restart = silent, retries] = (service.restart ?? restartPolicy(service) ?? silent).split(":");
  return {
    restart,
    maxRetryCount: retries === undefined ? undefined : Number(retries),
    stopSignal: service.stop_signal,
    stopTimeout: grace,
    destroyGraceSeconds: grace,
  };
}

function restartPolicy(service: Service): string | undefined {
  const policy = service.deploy?.restart_policy;
  const condition = policy?.condition;
  if (condition === "on-failure") {
    return policy?.max_attempts === undefined ? "on-failure" : `on-failure:${policy.max_attempts}`;
  }
  return condition === "none" ? "no" : condition === "any" ? "unless-stopped" : undefined;
}

function network(name: string, service: Service, context: ContainerContext): Partial<docker.ContainerArgs> {
  const networks = Object.entries(service.networks ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const declared = context.declared ?? {};
  const names = namesOf(name, service, declared);
  // To itself a service is itself: its own health check must not be told of another container.
  const itself = context.isCalled ? [...new Set(Object.values(names).flat())].sort() : [];
  return {
    networkMode: shared(service, "network_mode", context),
    networksAdvanced: networks.map(([key, attachment]) => ({
      name: context.networks[key] ?? key,
      aliases: context.isCalled && !declared[key]?.external ? [] : names[key],
      ipv4Address: attachment?.ipv4_address,
      ipv6Address: attachment?.ipv6_address,
      ...macAddress(key, service),
      ...(attachment?.link_local_ips ? { linkLocalIps: attachment.link_local_ips } : {}),
      ...(attachment?.driver_opts ? { driverOpts: texts(attachment.driver_opts) } : {}),
    })),
    ports: publishedPorts(service).map((port) => ({
      internal: port.target ?? 0,
      external: port.published ? Number(port.published) : undefined,
      ip: port.host_ip,
      protocol: port.protocol,
    })),
    hosts: [...itself.map((host) => ({ host, ip: "127.0.0.1" })), ...(service.extra_hosts ?? []).map(hostEntry)],
    dns: service.dns,
    dnsOpts: service.dns_opt,
    dnsSearches: service.dns_search,
  };
}

function texts(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([key, value]) => `${key}=${value}`);
}

/** As Compose has it, a service's own is that of its first network, by priority and then by name. */
function macAddress(key: string, { mac_address: own, networks = {} }: Service): { macAddress?: string } {
  const [first] = Object.keys(networks).sort(
    (a, b) => (networks[b]?.priority ?? 0) - (networks[a]?.priority ?? 0) || (a < b ? -1 : 1),
  );
  const address = networks[key]?.mac_address ?? (key === first ? own : undefined);
  return address === undefined ? {} : { macAddress: address };
}

/** A mode as it is written; another service's is that of its container. */
function shared(
  service: Service,
  key: Shared,
  { containers = {} }: ContainerContext,
): pulumi.Input<string> | undefined {
  const other = sharedWith(service, key);
  return other === undefined ? service[key] : pulumi.interpolate`container:${containers[other] ?? other}`;
}

/** `host=address`, where the address may hold colons of its own. */
function hostEntry(entry: string): docker.types.input.ContainerHost {
  const [, host = "", ip = ""] = /^([^=:]+)[=:](.*)$/.exec(entry) ?? [];
  return { host, ip: ip.replace(/^\[(.*)\]$/, "$1") };
}

function storage(service: Service, context: ContainerContext): Partial<docker.ContainerArgs> {
  const all = (service.volumes ?? []).filter((mount: MountWithin) => mount.within === undefined);
  const tmpfsMounts = all.filter((mount) => mount.type === "tmpfs");
  const sourceOf = ({ type, source }: Mount): pulumi.Input<string> | undefined =>
    type === "bind" || !source ? source : (context.volumes[source] ?? source);
  return {
    volumes: all
      .filter((mount) => mount.type !== "tmpfs" && !saysMore(mount))
      .map((mount) => ({
        containerPath: mount.target,
        readOnly: mount.read_only,
        ...(mount.bind?.selinux === undefined ? {} : { selinuxRelabel: mount.bind.selinux }),
        [mount.type === "bind" ? "hostPath" : "volumeName"]: sourceOf(mount),
      })),
    mounts: [
      ...tmpfsMounts.map((mount) => ({
        type: "tmpfs",
        target: mount.target ?? "",
        tmpfsOptions: { sizeBytes: mount.tmpfs?.size ? Number(mount.tmpfs.size) : undefined, mode: mount.tmpfs?.mode },
      })),
      ...all.filter(saysMore).map((mount) => longMount(mount, sourceOf(mount))),
      ...(service.volumes ?? []).flatMap((mount) => within(mount, context)),
      ...context.files,
    ],
    tmpfs: service.tmpfs ? Object.fromEntries(service.tmpfs.map(tmpfsEntry)) : undefined,
    shmSize: service.shm_size ? mebibytes(service.shm_size) : undefined,
    readOnly: service.read_only,
    // A volume without a name may hold somebody's data: it stays, as with Compose.
    removeVolumes: false,
  };
}

/** One file or folder of a volume. The volume is mounted as well, so that `docker volume prune` counts it as used. */
function within(mount: MountWithin, context: ContainerContext): docker.types.input.ContainerMount[] {
  const { source = "", target = "", read_only: readOnly } = mount;
  const at = context.mountpoints?.[source];
  if (mount.within === undefined || at === undefined) return [];
  const guard = createHash("sha256").update(target).digest("hex").slice(0, 8);
  return [
    { type: "volume", source: context.volumes[source] ?? source, target: `/run/slipway-data/${guard}`, readOnly: true },
    { type: "bind", source: pulumi.interpolate`${at}/${mount.within}`, target, readOnly },
  ];
}

function tmpfsEntry(entry: string): [string, string] {
  const [path = "", ...options] = entry.split(":");
  return [path, options.join(":")];
}

function security(service: Service): Partial<docker.ContainerArgs> {
  const own = service.security_opt ?? [];
  const decided = isBare(service) || own.some((option) => option.startsWith("no-new-privileges"));
  const adds = service.cap_add ?? [];
  const drops = service.cap_drop ?? [];
  return {
    privileged: service.privileged,
    securityOpts: [
      ...own.filter((option) => !/^no-new-privileges[:=]false$/.test(option)),
      ...(decided ? [] : noNewPrivileges),
    ],
    capabilities:
      adds.length + drops.length > 0 ? { adds: adds.map(capability), drops: drops.map(capability) } : undefined,
    groupAdds: service.group_add,
  };
}

const noNewPrivileges = ["no-new-privileges:true"];

/** The Engine gives them back with the prefix, except the one that means all of them. */
function capability(name: string): string {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
}

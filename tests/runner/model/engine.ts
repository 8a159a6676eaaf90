import { randomBytes } from "node:crypto";
import type { ContainerCreateOptions, HostConfig, NetworkCreateOptions, VolumeCreateOptions } from "dockerode";
import { refusal } from "./faults";

/** A container of the model. */
export interface ModelContainer {
  id: string;
  name: string;
  options: ContainerCreateOptions;
  running: boolean;
  /** Ids of its networks. */
  networks: Set<string>;
  /** The addresses that it is to have. */
  addresses: string[];
  files: Set<string>;
  /** Of an edge: the name of the container that each service's traffic goes to. */
  serves?: Record<string, string>;
}

export interface ModelNetwork {
  id: string;
  name: string;
  options: NetworkCreateOptions;
}

export interface ModelVolume {
  name: string;
  labels: Record<string, string>;
  files: Set<string>;
}

/**
 * A Docker Engine in memory, as far as a stage has to do with it: what it keeps, and what it refuses with which words
 * (moby/moby: daemon/, and libnetwork's own).
 */
export class Engine {
  readonly containers = new Map<string, ModelContainer>();
  readonly networks = new Map<string, ModelNetwork>();
  readonly volumes = new Map<string, ModelVolume>();
  readonly images = new Set<string>();
  /** The images of which no container ever becomes healthy: part of their reference. */
  readonly sick = new Set<string>();
  /** What must never happen, and did. */
  readonly harm: string[] = [];
  /** The volumes that services of the application at hand share, as `service service volume`. */
  shared: ReadonlySet<string> = new Set();
  /** Containers that ran beside each other, as `id id`. */
  private readonly beside = new Set<string>();

  createContainer(options: ContainerCreateOptions): ModelContainer {
    const name = options.name ?? "";
    if (this.containerNamed(name)) throw refusal(409, `Conflict. The container name "/${name}" is already in use`);
    // An image's id, by which Slipway's own containers have theirs, leads to the name that it was pulled by.
    const image = (options.Image ?? "").replace(/^sha256:of-/, "");
    if (!this.images.has(image)) throw refusal(404, `No such image: ${image}`);
    for (const { Type: type, Source: source } of options.HostConfig?.Mounts ?? []) {
      if (type === "bind" && !this.holds(source)) {
        throw refusal(400, `invalid mount config for type "bind": bind source path does not exist: ${source}`);
      }
    }
    volumesOf(options).forEach((volume) => this.createVolume({ Name: volume }));
    const id = randomBytes(8).toString("hex");
    const made = {
      id,
      name,
      options: { ...options, Image: image },
      running: false,
      networks: new Set<string>(),
      addresses: [],
      files: new Set<string>(),
    };
    this.containers.set(id, made);
    return made;
  }

  start(container: ModelContainer): void {
    if (container.running) throw refusal(304, "");
    for (const port of portsOf(container)) {
      if ([...this.containers.values()].some((other) => other.running && portsOf(other).includes(port))) {
        throw refusal(
          500,
          `driver failed programming external connectivity: Bind for ${port}: port is already allocated`,
        );
      }
    }
    for (const network of container.networks) this.network(network);
    const taken = [...this.containers.values()].filter(({ running }) => running).flatMap(({ addresses }) => addresses);
    if (container.addresses.some((address) => taken.includes(address))) throw refusal(403, "Address already in use");
    this.watchWriters(container);
    container.running = true;
  }

  /** To the Engine a limit of 0 is one that was not given. */
  update({ options }: ModelContainer, wanted: HostConfig): void {
    const given = Object.entries(wanted).filter(([, value]) => value !== 0);
    const host = { ...options.HostConfig, ...(Object.fromEntries(given) as HostConfig) };
    if ((host.Memory ?? 0) > (host.MemorySwap ?? 0)) {
      throw refusal(409, "Memory limit should be smaller than already set memoryswap limit");
    }
    options.HostConfig = host;
  }

  stop(container: ModelContainer): void {
    if (!container.running) throw refusal(304, "");
    container.running = false;
  }

  removeContainer(container: ModelContainer, force: boolean): void {
    if (container.running && !force) throw refusal(409, "You cannot remove a running container");
    this.containers.delete(container.id);
  }

  isHealthy({ options, running }: ModelContainer): boolean {
    return running && ![...this.sick].some((part) => options.Image?.includes(part));
  }

  createNetwork(options: NetworkCreateOptions): ModelNetwork {
    const name = options.Name;
    const others = [...this.networks.values()];
    if (others.some((other) => other.name === name)) throw refusal(409, `network with name ${name} already exists`);
    const subnets = subnetsOf(options);
    if (others.some((other) => subnetsOf(other.options).some((subnet) => subnets.includes(subnet)))) {
      throw refusal(403, "Pool overlaps with other one on this address space");
    }
    const made = { id: randomBytes(8).toString("hex"), name, options };
    this.networks.set(made.id, made);
    return made;
  }

  removeNetwork(network: ModelNetwork): void {
    const active = [...this.containers.values()].some(({ running, networks }) => running && networks.has(network.id));
    if (active) throw refusal(403, `error while removing network: network ${network.name} has active endpoints`);
    this.networks.delete(network.id);
  }

  connect(network: ModelNetwork, container: ModelContainer, address?: string): void {
    if (container.networks.has(network.id)) {
      throw refusal(403, `endpoint with name ${container.name} already exists in network ${network.name}`);
    }
    container.networks.add(network.id);
    if (address) container.addresses.push(address);
  }

  /** One that is there is taken as it is. */
  createVolume({ Name: name = "", Labels: labels = {} }: VolumeCreateOptions): void {
    if (!this.volumes.has(name)) this.volumes.set(name, { name, labels, files: new Set() });
  }

  removeVolume(volume: ModelVolume): void {
    const user = [...this.containers.values()].find(({ options }) => volumesOf(options).includes(volume.name));
    if (user) throw refusal(409, `remove ${volume.name}: volume is in use - [${user.id}]`);
    if (!volume.labels["slipway.files"]) this.harm.push(`the volume ${volume.name} with data was deleted`);
    this.volumes.delete(volume.name);
  }

  /** Files go to the volume that is mounted where they belong. */
  upload(container: ModelContainer, path: string): void {
    const full = `/${path.replace(/^\//, "")}`;
    const bind = container.options.HostConfig?.Binds?.map((each) => each.split(":")).find(([, target]) =>
      full.startsWith(`${target}/`),
    );
    if (bind) this.volumes.get(bind[0] ?? "")?.files.add(full.slice((bind[1] ?? "").length + 1));
    else container.files.add(full);
  }

  container(id: string): ModelContainer {
    const found = this.containers.get(id) ?? this.containerNamed(id);
    if (!found) throw refusal(404, `No such container: ${id}`);
    return found;
  }

  network(id: string): ModelNetwork {
    const found = this.networks.get(id) ?? [...this.networks.values()].find(({ name }) => name === id);
    if (!found) throw refusal(404, `network ${id} not found`);
    return found;
  }

  volume(name: string): ModelVolume {
    const found = this.volumes.get(name);
    if (!found) throw refusal(404, `get ${name}: no such volume`);
    return found;
  }

  containerNamed(name: string): ModelContainer | undefined {
    return [...this.containers.values()].find((container) => container.name === name);
  }

  /** The containers with a label, and a value of it where one is given. */
  labelled(label: string, value?: string): ModelContainer[] {
    return [...this.containers.values()].filter(({ options }) => {
      const found = options.Labels?.[label];
      return found !== undefined && (value === undefined || found === value);
    });
  }

  private holds(path: string): boolean {
    const [, name = "", file = ""] = /^\/docker\/volumes\/([^/]+)\/_data\/(.+)$/.exec(path) ?? [];
    return [...(this.volumes.get(name)?.files ?? [])].some((held) => held === file || held.startsWith(`${file}/`));
  }

  /** Two containers never write to the same data, unless they are of two services that share them in one release. */
  private watchWriters(container: ModelContainer): void {
    const serviceOf = ({ options }: ModelContainer): string | undefined => options.Labels?.["slipway.service"];
    for (const other of this.labelled("slipway.service").filter(({ running }) => running)) {
      const [one, two] = [serviceOf(container), serviceOf(other)];
      const both = [container.id, other.id].sort().join(" ");
      for (const volume of writableOf(container.options)) {
        if (one === undefined || !writableOf(other.options).includes(volume)) continue;
        const may =
          one !== two && (this.beside.has(both) || this.shared.has(`${[one, two].sort().join(" ")} ${keyOf(volume)}`));
        if (!may) this.harm.push(`${container.name} and ${other.name} write to ${volume} at once`);
      }
      this.beside.add(both);
    }
  }
}

/** A volume's name in the compose file. */
function keyOf(volume: string): string {
  return volume.replace(/^.*_/, "");
}

export function portsOf({ options }: ModelContainer): string[] {
  const bindings = (options.HostConfig?.PortBindings ?? {}) as Record<string, { HostIp: string; HostPort: string }[]>;
  return Object.values(bindings).flatMap((each) => each.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}`));
}

/** The names of the volumes that a container uses. */
export function volumesOf({ HostConfig: host }: ContainerCreateOptions): string[] {
  const binds = (host?.Binds ?? []).map((bind) => bind.split(":")[0] ?? "").filter((source) => !source.startsWith("/"));
  const mounts = (host?.Mounts ?? []).filter(({ Type: type }) => type === "volume").map(({ Source: source }) => source);
  return [...binds, ...mounts];
}

export function writableOf({ HostConfig: host }: ContainerCreateOptions): string[] {
  return (host?.Binds ?? []).filter((bind) => bind.endsWith(":rw")).map((bind) => bind.split(":")[0] ?? "");
}

function subnetsOf({ IPAM: ipam }: NetworkCreateOptions): string[] {
  return (ipam?.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []);
}

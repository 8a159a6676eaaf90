import { BlockList, isIP } from "node:net";
import { posix } from "node:path";
import { pathsBehind as behindVolume } from "../application/pathsBehind";
import { isLoopback } from "../registry/client/endpoint";
import { notKnown, record, records, text, texts, within, type Declared, type Inputs } from "./declared";

const containerType = "docker:index/container:Container";

/** A declared container, whether the engine keeps it or a job starts it. */
export interface DeclaredContainer {
  /** Its name in a sentence. */
  name: string;
  inputs: Inputs;
  /** The components that it belongs to. */
  owners: readonly string[];
  /** Whether it is to run on; jobs are not, nor are containers that only carry files. */
  runsOn: boolean;
}

/** The containers that a resource declares, or that it is a step to run. */
export function containersOf(resource: Declared): DeclaredContainer[] {
  const { type, name, owners, inputs } = resource;
  if (type === containerType) {
    return [{ name, owners, inputs, runsOn: inputs["start"] !== false && inputs["mustRun"] !== false }];
  }
  return ranBy(resource).map(({ role, container }) => ({
    name: role === undefined ? name : `${name} (its check ${role})`,
    owners,
    inputs: record(container),
    runsOn: false,
  }));
}

/** Whether a resource runs a certain one of Slipway's steps. */
export function isStep({ type, inputs }: Declared, step: string): boolean {
  return type === "command:local:Command" && text(inputs["create"])?.endsWith(`main.js ${step}`) === true;
}

interface Ran {
  /** The name of the check, where a step has several containers. */
  role?: string;
  container: object;
}

/** The containers that a step is told to run: a job's own, and the checks of a cutover. */
function ranBy(resource: Declared): Ran[] {
  const isJob = isStep(resource, "job");
  if (!isJob && !isStep(resource, "cutover")) return [];
  const input = parsed(text(resource.inputs["stdin"]));
  if (isJob) return input.container ? [{ container: input.container }] : [];
  return (input.runs ?? []).map(({ check, container }) => ({ role: check, container }));
}

interface StepInput {
  container?: object;
  runs?: { check: string; container: object }[];
}

function parsed(stdin: string | undefined): StepInput {
  try {
    return JSON.parse(stdin ?? "{}") as StepInput;
  } catch {
    // Not known yet, as in the preview of a stage that builds.
    return {};
  }
}

/**
 * Slipway's own parts beside an application. Their versions and definitions come with Slipway, not with a release. They are a stage's alone: what
 * has such a type elsewhere only calls itself so.
 */
export function isEquipment({ owners }: Pick<DeclaredContainer, "owners">): boolean {
  const [outermost, part = ""] = owners;
  return outermost === "slipway:stage:Stage" && parts.has(part);
}

const parts = new Set(["slipway:edge:Edge", "slipway:registry:LocalRegistry", "slipway:tunnel:Tunnel"]);

/** A service that is to run on: the application's, or one that is declared beside the stage. */
export function serviceOf(resource: Declared): DeclaredContainer | undefined {
  return containersOf(resource).find((container) => container.runsOn && !isEquipment(container));
}

/** A port of the machine that a container holds. */
export interface HeldPort {
  /** The port inside the container. */
  internal: unknown;
  /** The port on the machine; undefined: any that is free. */
  external: unknown;
  /** `tcp` by default; `http` where a compose file says so, which only the plan of a stage tells. */
  protocol: string;
  /** The names by which a tunnel leads to it, which only the plan of a stage tells. */
  hosts: string[];
  /** Whether it is reached from this machine alone; undefined: not known yet. */
  isLoopback: boolean | undefined;
  /** Whether every address of the machine has it; undefined: not known yet. */
  isOpen: boolean | undefined;
}

/** The ports that a container holds. */
export function heldPorts({ inputs }: Pick<DeclaredContainer, "inputs">): HeldPort[] {
  return records(inputs["ports"]).map(({ internal, external, ip, protocol, hosts }) => {
    const address = text(ip) ?? "";
    const isUnknown = ip === notKnown;
    return {
      internal,
      external,
      protocol: text(protocol) ?? "tcp",
      hosts: texts(hosts),
      isLoopback: isUnknown ? undefined : isLoopback(address),
      isOpen: isUnknown ? undefined : isEverywhere(address),
    };
  });
}

const everywhere = new BlockList();
everywhere.addAddress("0.0.0.0");
everywhere.addAddress("::", "ipv6");

/**
 * Whether an address, in any spelling (`::0`, `::ffff:0.0.0.0`), stands for every address of the machine; an empty one
 * does.
 */
function isEverywhere(address: string): boolean {
  const family = isIP(address);
  return address === "" || (family > 0 && everywhere.check(address, family === 6 ? "ipv6" : "ipv4"));
}

/**
 * How a container listens on ports that it does not list, and what to do, to end a sentence with; undefined: it lists
 * all.
 */
export function listensUntold({ inputs }: Pick<DeclaredContainer, "inputs">): string | undefined {
  if (inputs["networkMode"] === "host") {
    return "is on the machine's own network, where everything that it listens on is open: take network_mode: host away, and publish what others need";
  }
  return inputs["publishAllPorts"] === true
    ? "publishes each port that its image names on every address: take publishAllPorts away, and publish what others need"
    : undefined;
}

/** The port as a person reads it, and the port to write instead. */
export function onLoopback({ internal, external }: HeldPort): { port: string; instead: string } {
  const [inside, outside] = [internal, external ?? internal].map((port) => (port === notKnown ? "…" : String(port)));
  return { port: String(outside), instead: `127.0.0.1:${outside}:${inside}` };
}

/** The names of the volumes that a container mounts, including those that it mounts by their path. */
export function volumesIn({ inputs }: Pick<DeclaredContainer, "inputs">): string[] {
  const mounts = records(inputs["mounts"]).filter(({ type }) => type === "volume");
  const names = [
    ...records(inputs["volumes"]).map(({ volumeName }) => volumeName),
    ...mounts.map(({ source }) => source),
  ];
  return [...names.flatMap((name) => text(name) ?? []), ...pathsIn({ inputs }).flatMap((path) => volumeAt(path) ?? [])];
}

/** A path of the machine that a container has. */
export interface MountedPath {
  path: string;
  readOnly: boolean;
}

/** The paths of the machine that a container has, including those behind a volume which it declares itself, and devices. */
export function mountedIn({ inputs }: Pick<DeclaredContainer, "inputs">): MountedPath[] {
  const mounts = records(inputs["mounts"]);
  const binds = mounts.filter(({ type }) => type === "bind");
  return [
    ...records(inputs["volumes"]).map(({ hostPath, readOnly }) => ({ path: hostPath, readOnly })),
    ...binds.map(({ source, readOnly }) => ({ path: source, readOnly })),
    ...mounts.flatMap(({ volumeOptions, readOnly }) =>
      pathsBehind(within(within(volumeOptions)["driverOptions"])).map((path) => ({ path, readOnly })),
    ),
    ...records(inputs["devices"]).map(({ hostPath }) => ({ path: hostPath, readOnly: false })),
  ].flatMap(({ path, readOnly }) => {
    const known = text(path);
    // A path that is not absolute is one of the project's.
    return known?.startsWith("/") ? [{ path: known, readOnly: readOnly === true }] : [];
  });
}

/** The same, whether or not they are read only. */
export function pathsIn(container: Pick<DeclaredContainer, "inputs">): string[] {
  return mountedIn(container).map(({ path }) => path);
}

/** The paths of the machine behind a volume, if there are any: the local driver takes any (`o: bind`), disks and the layers of an overlay too. */
export function pathsBehindVolume({ type, inputs }: Declared): string[] {
  return type === "docker:index/volume:Volume" ? pathsBehind(within(inputs["driverOpts"])) : [];
}

/** The paths of the machine in the options of a volume, as far as they are known. */
function pathsBehind(options: Inputs): string[] {
  const known = Object.entries(options).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  return behindVolume(Object.fromEntries(known) as Record<string, string>);
}

/** The name of the volume that the Engine keeps at a path; the Engine's own folder may be anywhere. */
export function volumeAt(path: string): string | undefined {
  return /\/volumes\/([^/]+)\/_data(\/|$)/.exec(posix.normalize(path))?.[1];
}

/** The names of the networks that a container joins. */
export function networksIn({ inputs }: Pick<DeclaredContainer, "inputs">): string[] {
  return records(inputs["networksAdvanced"]).flatMap(({ name }) => text(name) ?? []);
}

/** The environment of a container, by name, as far as it is known. */
export function environmentIn({ inputs }: Pick<DeclaredContainer, "inputs">): [name: string, value: string][] {
  const all: unknown = inputs["envs"];
  return (Array.isArray(all) ? (all as unknown[]) : [])
    .flatMap((entry) => text(entry) ?? [])
    .map((entry) => {
      const [name = ""] = entry.split("=", 1);
      return [name, entry.slice(name.length + 1)];
    });
}

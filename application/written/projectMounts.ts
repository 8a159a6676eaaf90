import { posix } from "node:path";
import type { ComposeConfig, Mount, Service } from "../../compose/index";
import type { ProjectFiles } from "../files";
import { extensionOf } from "../extension";
import { isOfProject } from "../mounts";
import { isCalledAsFile, isWithin, keptPath, type KeptPath, type MountWithin } from "./keptPath";
import type { Problem, Reworded } from "./reworded";

/** What is known of the project's paths. */
export type KnownPaths = Pick<ProjectFiles, "holds" | "kindOf">;

/** An application whose services write to no path of the project any more. */
export interface WithKept extends Required<Reworded> {
  /** The paths whose data are on volumes of the stage. */
  kept: KeptPath[];
  /** The paths that are configuration, as git holds them; where git did not hold one before, its data are on a volume. */
  tracked: TrackedPath[];
}

/** A path of the project that a service mounts for writing and git holds. */
export interface TrackedPath {
  /** Relative to the project, with forward slashes. */
  path: string;
  /** The name that its volume would have, were it data. */
  volume: string;
  /** The service that mounts it, and at which place in its list. */
  service: string;
  index: number;
}

/**
 * Paths of the project that services mount for writing. What no commit holds (missing, ignored, empty) is data, and lies on a volume of the stage
 * that all services with that path share; a path below it is the same place on the same volume. What git holds is configuration that nobody
 * marked: a part of the release, read-only; unless a service says `x-slipway: { writable: [path] }`, and then a volume begins with it.
 *
 * @param isHere whether the stage is on this machine, where a new volume is filled from the path
 */
export function projectMounts(config: ComposeConfig, files: KnownPaths, isHere: boolean): WithKept {
  const written = new Map<string, { target: string; services: string[] }>();
  for (const [name, mount] of mountsOf(config)) {
    if (mount.read_only) continue;
    const { source = "", target = "" } = mount;
    const known = written.get(source) ?? { target, services: [] };
    written.set(source, { ...known, services: [...new Set([...known.services, name])] });
  }
  const { owners, problems } = writablePaths(config);
  if (written.size === 0) return { config, notices: [], problems, kept: [], tracked: [] };
  const data = [...written.keys()].filter((source) => !files.holds(source) || owners.has(source)).sort();
  const roots = data.filter((source) => !data.some((other) => other !== source && isWithin(source, other)));
  const kept = roots.map((source) => {
    const target = written.get(source)?.target ?? "";
    if (!files.holds(source)) return keptPath(config.name, source, target);
    return { ...keptPath(config.name, source, target, files.kindOf(source)), writableFor: owners.get(source) };
  });
  const services = Object.entries(config.services).map(([name, service]) => {
    if (!service.volumes?.some(isOfProject)) return [name, service] as const;
    const volumes = service.volumes.map((mount, index) => {
      if (!isOfProject(mount)) return mount;
      const root = kept.find(({ path }) => isWithin(mount.source ?? "", path));
      if (!root) return mount.read_only ? mount : { ...mount, read_only: true };
      const problem = contrary(root, mount, files);
      if (problem !== undefined) problems.push({ path: ["services", name, "volumes", index], reason: problem });
      return onVolume(root, mount);
    });
    return [name, { ...service, volumes } satisfies Service] as const;
  });
  const volumes = Object.fromEntries(kept.map(({ key, name }) => [key, { name }]));
  return {
    config: {
      ...config,
      services: Object.fromEntries(services),
      ...(kept.length > 0 ? { volumes: { ...config.volumes, ...volumes } } : {}),
    },
    kept,
    tracked: trackedPaths(config, kept),
    problems,
    notices: [...written].map(([source, { services: names }]) => {
      const root = kept.find(({ path }) => isWithin(source, path));
      return root ? dataNotice(source, names, root, isHere) : releaseNotice(source, names);
    }),
  };
}

function mountsOf({ services }: ComposeConfig): [string, Mount][] {
  return Object.entries(services).flatMap(([name, { volumes = [] }]) =>
    volumes.filter(isOfProject).map((mount): [string, Mount] => [name, mount]),
  );
}

function trackedPaths({ name: project, services }: ComposeConfig, kept: readonly KeptPath[]): TrackedPath[] {
  const all = Object.entries(services).flatMap(([service, { volumes = [] }]) =>
    volumes.flatMap((mount, index) => {
      const { source: path = "", target = "" } = mount;
      if (!isOfProject(mount) || mount.read_only || kept.some((root) => isWithin(path, root.path))) return [];
      return [{ path, volume: keptPath(project, path, target).name, service, index }];
    }),
  );
  return all.filter(({ path }, at) => all.findIndex((other) => other.path === path) === at);
}

/** The paths that services say are for writing although git holds them, with the service that says so first. */
function writablePaths({ services }: ComposeConfig): { owners: Map<string, string>; problems: Problem[] } {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, service] of Object.entries(services)) {
    const { writable = [] } = extensionOf(service);
    if (!Array.isArray(writable)) continue;
    const mounts = (service.volumes ?? []).filter(isOfProject);
    writable.forEach((path, index) => {
      const found = mounts.find(({ source, target }) => [source, target].includes(plain(String(path))));
      if (found?.source !== undefined && !found.read_only) {
        if (!owners.has(found.source)) owners.set(found.source, name);
        return;
      }
      const all = mounts.map(({ source, target }) => `./${source} at ${target}`).join(", ");
      const reason = found
        ? `is ${JSON.stringify(path)}, which the service mounts read-only: take :ro away, or the path from here`
        : `is ${JSON.stringify(path)}, which is no path of the project that the service mounts: ${all === "" ? "it mounts none" : `it mounts ${all}`}`;
      problems.push({ path: ["services", name, "x-slipway", "writable", index], reason });
    });
  }
  return { owners, problems };
}

/** A path as the model has it. */
function plain(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, "");
}

function onVolume(root: KeptPath, { source = "", target, read_only: readOnly }: Mount): MountWithin {
  const below = posix.relative(root.path, source);
  const within = root.kind === "file" ? posix.basename(root.path) : below;
  if (below !== "" && root.kind === "folder" && !root.inside.some(({ path }) => path === below)) {
    const kind = isCalledAsFile(source) && isCalledAsFile(target ?? "") ? "file" : "folder";
    root.inside.push({ path: below, kind });
  }
  return {
    type: "volume",
    source: root.key,
    target,
    ...(readOnly ? { read_only: readOnly } : {}),
    volume: {},
    ...(within === "" ? {} : { within }),
  };
}

/** A volume of another form than the path would mount a folder in the place of a file, or a file in that of a folder. */
function contrary(root: KeptPath, { source = "" }: Mount, files: KnownPaths): string | undefined {
  const found = source === root.path ? files.kindOf(source) : undefined;
  if (found === undefined || found === root.kind) return undefined;
  return found === "file"
    ? `mounts the file ./${source} for writing, which git does not hold and whose name has no ending: mount the folder that it lies in, or an absolute path of the machine`
    : `mounts the folder ./${source} for writing, which git does not hold and whose name is that of a file: call it otherwise, or take a named volume`;
}

function dataNotice(source: string, services: string[], root: KeptPath, isHere: boolean): string {
  const of = source === root.path ? "" : ` of ./${root.path}`;
  if (root.writableFor !== undefined) {
    const what = of === "" ? "what the release has there" : `what the release has at ./${root.path}`;
    return `${subject(services)} to ./${source}, which git holds and x-slipway.writable of the service ${root.writableFor} makes data: it lies on the volume ${root.name}${of}, ${what} goes once onto it, while it is new, and a later change in git does not.`;
  }
  const begins = isHere
    ? "what is at that path goes there once, while the volume is new"
    : "it begins empty, as the stage is not built on this machine";
  return `${subject(services)} to ./${source}, which git does not hold, so it is data: it lies on the volume ${root.name}${of}, and ${begins}.`;
}

function releaseNotice(source: string, services: string[]): string {
  const [verb] = services.length > 1 ? ["mount"] : ["mounts"];
  return `The ${services.length > 1 ? "services" : "service"} ${services.join(" and ")} ${verb} ./${source} for writing, which git holds, so it is configuration: it is part of the release, and read-only. Write :ro behind it to say so, or x-slipway: { writable: [./${source}] } to have it copied into a volume once and be writable there.`;
}

function subject(services: string[]): string {
  return services.length > 1 ? `The services ${services.join(" and ")} write` : `The service ${services.join()} writes`;
}

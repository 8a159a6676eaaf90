import type { EdgeSettings } from "../settings/edge";
import type { TunnelSettings } from "../settings/tunnel";
import {
  checkSupported,
  ComposeError,
  loadCompose,
  supportNotices,
  type ComposeConfig,
  type Loaded,
  type Service,
} from "../compose/index";
import { checkApplication } from "../application/rules";
import { calledServices, calledWarnings } from "../edge/internalNames";
import { listeners, type Called, type Listener, type Route } from "../edge/layout";
import { httpRoutes } from "../edge/routes";
import { secured } from "../edge/https";
import { writtenPorts, type WrittenPort } from "../application/publishedPorts";
import { namesOf, roleProfiles } from "../application/roles";
import { NotedFiles, OverlaidFiles } from "../release/files";
import type { ProjectFiles } from "../application/files";
import { sharingNotices, withoutIdlePorts } from "../application/sharing";
import { isStopFirst } from "../application/stopFirst";
import {
  checkTogether,
  plannedMounts,
  projectPaths,
  withoutPlanned,
  type MountSources,
  type PlannedMount,
} from "../application/mounts";
import { Secrets } from "../application/secrets";
import { nameVolumes, volumeNotice, type NamedVolume } from "../application/unnamedVolumes";
import { tunnelled, unreached } from "../tunnel/routes";

/** What describes an application for one stage. */
export interface Description {
  project: string;
  stage: string;
  /** The release's compose files, in merge order. */
  compose: string[];
  /** The stage's own compose files. */
  overlay: string[];
  /** What ${…} is filled from. */
  env: Readonly<Record<string, string>>;
  /** The names in `env` whose values are secret. */
  secretEnv: readonly string[];
  /** The names of the secrets that the stage makes up for itself, which ${…} takes as well. */
  generated: readonly string[];
  /** How its HTTP services are reached. */
  edge: EdgeSettings;
  /** How they are reached without an open port; undefined: on the machine's ports. */
  tunnel?: TunnelSettings;
}

/** An application as one stage runs it. */
export interface Application {
  config: ComposeConfig;
  secrets: Secrets;
  /** What each service mounts that the machine does not have by itself. */
  mounts: Record<string, PlannedMount[]>;
  /** The published ports that the edge holds. */
  routes: Route[];
  /** Where each published port is written. */
  ports: WrittenPort[];
  /** The published port on which the edge sends callers on to HTTPS. */
  redirect?: number;
  /** The services whose name leads to the edge. */
  called: Called[];
  /** Where the edge listens for both; nowhere, in a stage without an edge. */
  listening: Listener[];
  /** The volumes that have no name in the compose file. */
  unnamed: NamedVolume[];
  /** The services that are stopped before they are replaced; what runs once is not among them. */
  stopFirst: string[];
  /** The files of the release that were used; the overlay and files with secrets are not among them. */
  files: string[];
  /** The bundles of the release that its services mount. */
  bundles: string[];
  /** What the person should know, though it stops nothing. */
  warnings: string[];
}

/** An application with what it was read from, of which its plan keeps nothing. */
export interface ReadApplication extends Application {
  /** The result of loading the release's own files. */
  base: Loaded;
}

/**
 * Reads an application as one stage runs it: its compose files, the stage's overlay on top, and every file that its services mount.
 *
 * @param files where the release's files come from
 * @param own the stage's own files, as far as the release may have them
 * @param overlay the same for what only the overlay names; undefined: the same files
 * @throws ComposeError with every problem of the compose files; Error for what only shows on the whole
 */
export function readApplication(
  description: Description,
  files: ProjectFiles,
  own: ProjectFiles,
  overlay: { files: ProjectFiles; own: ProjectFiles } = { files, own },
): ReadApplication {
  const secrets = new Secrets();
  const env = environment(description, secrets);
  const described = new NotedFiles(files);
  const base = load(description, description.compose, described, env);
  const ofRelease = new Set([...described.asked, ...pathsIn(base.config)]);
  const all = new OverlaidFiles(files, overlay.files, ofRelease);
  const merged = description.overlay.length > 0 ? withOverlay(description, base, all, env) : base;
  checkApplication(merged.config, merged);
  const config = { ...merged.config, services: withoutIdlePorts(merged.config.services) };
  const mounted = new NotedFiles(all);
  const ofStage = new OverlaidFiles(own, overlay.own, ofRelease);
  const sources: MountSources = { release: mounted, own: ofStage, variable: (name) => merged.environment[name] };
  const services = Object.entries(config.services ?? {});
  const mounts = services.map(([name, service]) => [name, plannedMounts(name, service, config, sources)] as const);
  checkTogether(Object.fromEntries(mounts));
  const { routes, redirect } = secured(tunnelled(httpRoutes(config), config, description.tunnel), description.edge);
  const without = Object.fromEntries(services.map(([name, service]) => [name, withoutPlanned(service)]));
  const { config: given, named } = nameVolumes({ ...config, services: without });
  const standing = given.services;
  // What runs once calls others, and is called by nobody.
  const lasting = Object.fromEntries(namesOf("service", standing).map((name) => [name, standing[name] as Service]));
  const inside = { ...config, services: lasting };
  const called = calledServices(inside);
  return {
    config: given,
    unnamed: named,
    secrets,
    mounts: Object.fromEntries(mounts),
    stopFirst: namesOf("service", standing).filter((name) => isStopFirst(standing[name] as Service)),
    routes,
    ports: writtenPorts(merged),
    redirect,
    called,
    listening: listeners(routes, called, redirect),
    files: [...new Set([...described.used, ...mounted.used])].sort(),
    bundles: [...mounted.bundles].sort(),
    base,
    warnings: [
      ...merged.blanks.map((blank) => `The variable ${blank.name} is not set: it counts as empty.`),
      ...unreached(routes),
      ...supportNotices(merged),
      ...sharingNotices(merged.config.services),
      ...named.map((volume) => volumeNotice(volume, isStopFirst(standing[volume.service] as Service))),
      ...calledWarnings(inside),
    ],
  };
}

/** The paths that a release's compose files name, whether or not they are there. */
export interface NamedPaths {
  /** The files that are read, and those that services mount. */
  paths: string[];
  /** Those among them that are secrets. */
  secrets: string[];
}

/**
 * What a release's compose files name in one stage, without its overlay. Where they cannot be read to their end in that stage, as far as
 * they can: it is told there what is wrong.
 *
 * @param files what is in the project's folder
 */
export function namedPaths(description: Description, files: ProjectFiles): NamedPaths {
  const noted = new NotedFiles(files);
  try {
    const { config } = load(description, description.compose, noted, environment(description, new Secrets()));
    return {
      paths: [...new Set([...noted.asked, ...pathsIn(config)])],
      secrets: Object.values(config.secrets ?? {}).flatMap(({ file }) => file ?? []),
    };
  } catch {
    return { paths: [...noted.asked], secrets: [] };
  }
}

/** The paths that a model mounts: of configs, of secrets, and of the project. */
function pathsIn({ configs = {}, secrets = {}, services }: ComposeConfig): string[] {
  const files = [...Object.values(configs), ...Object.values(secrets)].flatMap(({ file }) => file ?? []);
  return [...files, ...Object.values(services).flatMap(projectPaths)];
}

/** The names under which the stage fills in ${…} by itself. */
export const ownVariables = ["SLIPWAY_STAGE", "SLIPWAY_PROJECT"];

function environment(
  { env, secretEnv, generated, stage, project }: Description,
  secrets: Secrets,
): Record<string, string> {
  const hidden = Object.entries(env).map(([name, value]) => [
    name,
    secretEnv.includes(name) ? secrets.hide(name, value) : value,
  ]);
  return {
    SLIPWAY_STAGE: stage,
    SLIPWAY_PROJECT: project,
    ...(Object.fromEntries(hidden) as Record<string, string>),
    ...Object.fromEntries(generated.map((name) => [name, secrets.stand(name)])),
  };
}

function load(
  { project, stage }: Description,
  paths: string[],
  files: ProjectFiles,
  env: Record<string, string>,
): Loaded {
  const text = (path: string): string | undefined => {
    const bytes = files.bytes(path);
    return bytes && Buffer.from(bytes).toString("utf8");
  };
  const loaded = loadCompose({
    files: paths,
    source: { read: text },
    env,
    projectName: `${project}-${stage}`,
    alwaysActive: roleProfiles,
  });
  const problems = checkSupported(loaded);
  if (problems.length > 0) {
    throw new ComposeError(problems);
  }
  return loaded;
}

/** An overlay may change how a service runs, not which services there are or what they are made of. */
function withOverlay(description: Description, base: Loaded, files: ProjectFiles, env: Record<string, string>): Loaded {
  const services = base.config.services ?? {};
  const merged = loadMerged(description, services, files, env);
  for (const [name, service] of Object.entries(merged.config.services ?? {})) {
    const own = services[name];
    if (!own) {
      throw unknownService(description, name, services);
    }
    for (const key of ["image", "build", "platform"] as const) {
      if (JSON.stringify(own[key]) !== JSON.stringify(service[key])) {
        throw new Error(
          `The overlay ${description.overlay.join(", ")} changes ${key} of the service ${name}; every stage runs the same images: change it in the release's compose file.`,
        );
      }
    }
  }
  return merged;
}

/** A misspelt service has no image either; that is true, and not what is wrong. */
function loadMerged(
  description: Description,
  services: Readonly<Record<string, unknown>>,
  files: ProjectFiles,
  env: Record<string, string>,
): Loaded {
  try {
    return load(description, [...description.compose, ...description.overlay], files, env);
  } catch (error) {
    const problems = error instanceof ComposeError ? error.problems : [];
    const named = problems.flatMap(({ key }) => /^services\.([^.[]+)/.exec(key)?.[1] ?? []);
    const unknown = named.find((name) => !(name in services));
    throw unknown === undefined ? error : unknownService(description, unknown, services);
  }
}

function unknownService({ overlay }: Description, name: string, services: Readonly<Record<string, unknown>>): Error {
  return new Error(
    `The overlay ${overlay.join(", ")} names the service ${name}, which the release lacks; it has ${Object.keys(services).join(", ")}: add the service to the release's compose file.`,
  );
}

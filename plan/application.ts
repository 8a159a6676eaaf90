import type { EdgeSettings } from "../settings/edge";
import type { TunnelSettings } from "../settings/tunnel";
import {
  checkSupported,
  readCompose,
  supportNotices,
  type ComposeConfig,
  type Loaded,
  type Position,
  type Service,
} from "../compose/index";
import { namedNetworks, type NamedNetwork } from "../application/networkNames";
import { asMeant } from "../application/written/asMeant";
import type { KeptPath } from "../application/written/keptPath";
import { projectMounts, type TrackedPath, type WithKept } from "../application/written/projectMounts";
import { placesOf } from "./places";
import { httpNotice } from "./httpNotice";
import { ApplicationError, Findings } from "./findings";
import { overlayProblems } from "./overlay";
import { withHttpPorts, type HttpPort, type PortsByService } from "../application/httpPorts";
import { httpServicesOf } from "../settings/edgeHttp";
import { eachMount, eachSeed } from "../application/eachMount";
import { applicationProblems } from "../application/rules";
import { calledServices, calledWarnings } from "../edge/internalNames";
import { proxyCalls } from "../edge/proxyCalls";
import { listeners, type Called, type Listener, type Route } from "../edge/layout";
import { databasePorts, withoutTold } from "./databasePorts";
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
  /** Whether it is built on this machine and runs on it, so that what lies at the project's paths is its own; undefined: so it is. */
  isHere?: boolean;
  /** What `~` stands for there, unless its settings say HOME; undefined: it is not known. */
  home?: string;
  /** The ports on which the release's containers answered by HTTP where it was built; undefined: nothing is known of that. */
  answered?: PortsByService;
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
  /** The published ports that count as HTTP although no file says so. */
  http: HttpPort[];
  /** Where its services, volumes and networks are written, by their key in the files. */
  places: Record<string, Position>;
  /** The published port on which the edge sends callers on to HTTPS. */
  redirect?: number;
  /** The services whose name leads to the edge. */
  called: Called[];
  /** Where the edge listens for both; nowhere, in a stage without an edge. */
  listening: Listener[];
  /** The volumes that have no name in the compose file. */
  unnamed: NamedVolume[];
  /** The paths of the project that services write to, on volumes of their own. */
  kept: KeptPath[];
  /** Those that git holds, so that they are configuration. */
  tracked: TrackedPath[];
  /** Whether their volumes are filled from the paths while they are new. */
  fills: boolean;
  /** What of the release their volumes begin with, by their key, where git holds the path. */
  seeds: Record<string, PlannedMount>;
  /** The networks to which the compose file gives names. */
  networkNames: NamedNetwork[];
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
 * @throws ApplicationError with every problem of the compose files, of what they mount and of what only shows on the whole
 */
export function readApplication(
  description: Description,
  files: ProjectFiles,
  own: ProjectFiles,
  overlay: { files: ProjectFiles; own: ProjectFiles } = { files, own },
): ReadApplication {
  const secrets = new Secrets();
  const env = environment(description, secrets);
  const found = new Findings();
  const described = new NotedFiles(files);
  const base = load(description, description.compose, described, env, found);
  if (!base) throw new ApplicationError(found.problems);
  const ofRelease = new Set([...described.asked, ...pathsIn(base.config)]);
  const all = new OverlaidFiles(files, overlay.files, ofRelease);
  const merged = withOverlay(description, base, all, env, found);
  if (!merged) throw new ApplicationError(found.problems);
  const meant = found.attempt(() => inStageTerms(description, merged, all));
  if (!meant) throw new ApplicationError(found.problems);
  const spoken = found.attempt(() => spokenByHttp(description, meant.config), merged);
  const { config, found: http } = spoken ?? { config: meant.config, found: [] };
  found.add(applicationProblems(config, merged, meant.problems));
  const mounted = new NotedFiles(all);
  const ofStage = new OverlaidFiles(own, overlay.own, ofRelease);
  const sources: MountSources = { release: mounted, own: ofStage, variable: (name) => merged.environment[name] };
  const { mounts, problems } = eachMount(config, merged, sources);
  found.add(problems);
  const { seeds, problems: unseeded } = eachSeed(meant.kept, config, merged, sources);
  found.add(unseeded);
  found.attempt(() => checkTogether(withSeeds(mounts, meant.kept, seeds)), merged);
  const application = found.attempt(
    () => whole(description, merged, { ...meant, config, http, seeds }, mounts, secrets),
    merged,
  );
  const complete = application && {
    ...application,
    files: [...new Set([...described.used, ...mounted.used])].sort(),
    bundles: [...mounted.bundles].sort(),
    base,
  };
  if (found.problems.length > 0 || !complete) throw new ApplicationError(found.problems, complete);
  return complete;
}

/** The application in the stage's own terms; the paths of the project that it writes to are on volumes. */
function inStageTerms({ isHere = true }: Description, { config }: Loaded, files: ProjectFiles): WithKept {
  const meant = asMeant(config, [databasePorts]);
  const written = projectMounts(meant.config, files, isHere);
  return {
    ...written,
    notices: [...meant.notices, ...written.notices],
    problems: [...meant.problems, ...written.problems],
  };
}

/** The same with each published port marked that counts as HTTP, and these ports. */
function spokenByHttp(
  { edge, answered = {} }: Description,
  config: ComposeConfig,
): { config: ComposeConfig; found: HttpPort[] } {
  return withHttpPorts(config, httpServicesOf(edge.http), answered);
}

/** All that passes through the state, by the service that it is for. */
function withSeeds(
  mounts: Record<string, PlannedMount[]>,
  kept: readonly KeptPath[],
  seeds: Record<string, PlannedMount>,
): Record<string, PlannedMount[]> {
  const all = { ...mounts };
  for (const { key, writableFor } of kept) {
    const seed = seeds[key];
    if (seed && writableFor !== undefined) all[writableFor] = [...(all[writableFor] ?? []), seed];
  }
  return all;
}

/** Decides what follows from the application as a whole. */
function whole(
  description: Description,
  merged: Loaded,
  meant: WithKept & Pick<Application, "http" | "seeds">,
  mounts: Record<string, PlannedMount[]>,
  secrets: Secrets,
): Omit<Application, "files" | "bundles"> {
  const config = { ...meant.config, services: withoutIdlePorts(meant.config.services) };
  const services = Object.entries(config.services);
  const { routes, redirect } = secured(tunnelled(httpRoutes(config), config, description.tunnel), description.edge);
  const without = Object.fromEntries(services.map(([name, service]) => [name, withoutPlanned(service)]));
  const { config: given, named } = nameVolumes({ ...config, services: without });
  const standing = given.services;
  // What runs once calls others, and is called by nobody.
  const lasting = Object.fromEntries(namesOf("service", standing).map((name) => [name, standing[name] as Service]));
  const inside = { ...config, services: lasting };
  const calls = Object.fromEntries(Object.keys(lasting).map((name) => [name, proxyCalls(mounts[name] ?? [])]));
  const called = calledServices(inside, calls);
  return {
    config: given,
    unnamed: named,
    kept: meant.kept,
    tracked: meant.tracked,
    seeds: meant.seeds,
    fills: description.isHere ?? true,
    networkNames: namedNetworks(description, config, merged),
    secrets,
    mounts,
    stopFirst: namesOf("service", standing).filter((name) => isStopFirst(standing[name] as Service)),
    routes,
    ports: writtenPorts(merged),
    places: placesOf(merged),
    http: meant.http,
    redirect,
    called,
    listening: listeners(routes, called, redirect),
    warnings: [
      ...merged.blanks.map((blank) => `The variable ${blank.name} is not set: it counts as empty.`),
      ...meant.notices,
      ...unreached(routes),
      ...httpNotice(withoutTold(config, merged.config), description.edge.http),
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
    const env = environment(description, new Secrets());
    const config = load(description, description.compose, noted, env, new Findings())?.config;
    return {
      paths: [...new Set([...noted.asked, ...(config ? pathsIn(config) : [])])],
      secrets: Object.values(config?.secrets ?? {}).flatMap(({ file }) => file ?? []),
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

/** Undefined where nothing can be made of the files; what is wrong with them is found either way. */
function load(
  { project, stage, home }: Description,
  paths: string[],
  files: ProjectFiles,
  env: Record<string, string>,
  found: Findings,
): Loaded | undefined {
  const text = (path: string): string | undefined => {
    const bytes = files.bytes(path);
    return bytes && Buffer.from(bytes).toString("utf8");
  };
  const { loaded, problems } = readCompose({
    files: paths,
    source: { read: text },
    env,
    projectName: `${project}-${stage}`,
    home,
    alwaysActive: roleProfiles,
  });
  found.addUnread(problems);
  if (loaded) found.add(checkSupported(loaded));
  return loaded;
}

/** The application with the stage's overlay, which may change how a service runs, not which services there are or what they are made of. */
function withOverlay(
  description: Description,
  base: Loaded,
  files: ProjectFiles,
  env: Record<string, string>,
  found: Findings,
): Loaded | undefined {
  const { compose, overlay } = description;
  if (overlay.length === 0) return base;
  const own = new Findings();
  const merged = load(description, [...compose, ...overlay], files, env, own);
  found.add(overlayProblems(overlay, base, merged, own.problems));
  return merged;
}

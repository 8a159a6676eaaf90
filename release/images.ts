import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isRemote, type ComposeConfig, type Service } from "../compose/index";
import type { Builder } from "./builder";
import { checkPlaces } from "./buildPlaces";
import { buildSecrets, checkKeptOut, type BuildSecret } from "./buildSecrets";
import { hashContext, listContext, type ContextFile, type ContextReading } from "./context";
import type { OwnPlaces } from "./ownPlaces";
import { formatReference, isRepository, parseReference } from "../registry/client/reference";
import { formatPlatform, parsePlatform, runsOn } from "../registry/client/platform";

/** The options for `docker build`, without the tag. Paths are relative to the project. */
export interface BuildOptions {
  context: string;
  dockerfile?: string;
  /** The Dockerfile's text, where the compose file holds it. */
  inline?: string;
  args: Record<string, string>;
  target?: string;
  platform: string;
  network?: string;
  labels: Record<string, string>;
  cacheFrom: string[];
  extraHosts: string[];
  additionalContexts: Record<string, string>;
  shmSize?: string;
  /** `name=soft:hard`. */
  ulimits?: string[];
  secrets?: BuildSecret[];
  /** `id` or `id=path`: agents and keys of whoever builds. */
  ssh?: string[];
  noCache: boolean;
  pull: boolean;
}

/** One image of a release, before its digest is known. */
export interface ImagePlan {
  /** The name of its resource: the service, or path and tag. Each image has another. */
  name: string;
  /** The services that run it. */
  services: string[];
  /** Its repository, without the registry's address. */
  repository: string;
  /** A built image's is derived from its content; another image keeps its own. */
  tag: string;
  platform: string;
  /** Its origin; for a copy that follows its tag (`pull_policy: always`), with the digest that the tag has now. */
  from:
    | {
        kind: "build";
        build: BuildOptions;
        /** The values of its secrets that come from variables, with marks in the place of secrets. */
        secretValues?: Record<string, string>;
        /** The files that its builder gets of its context, and of further contexts. */
        files: ContextFile[];
        contexts: { place: string; files: ContextFile[] }[];
        /** The services whose images are its further contexts, by the contexts' names; undefined: none is. */
        bases?: Record<string, string>;
      }
    | { kind: "copy"; reference: string; always: boolean; seen?: string };
}

/** An image cannot be made or used here; the message names the service and the reason. */
export class ImageError extends Error {}

/** The conditions for a release's images, besides the compose model. */
export interface ImageSurroundings {
  /** The project's folder, absolute. */
  root: string;
  /** The project, with which repository paths begin. */
  project: string;
  /** The machine's platform. */
  platform: string;
  /** The builder to use; undefined: BuildKit. */
  builder?: Builder;
  /** A variable of the stage's settings, with marks in the place of secrets; undefined: there are none. */
  variable?: (name: string) => string | undefined;
  /** Slipway's own files, which no builder gets; undefined: there are none. */
  own?: OwnPlaces;
}

/**
 * Plans every image that a release needs: one for each different build, one for each different third-party image.
 *
 * @param config the compose model
 * @param names the services whose images are meant; undefined: all
 * @throws ImageError for a circle of images that are built of each other, for a platform that the machine cannot run, for a missing Dockerfile, and for further contexts
 *   with the classic builder
 * @throws ContextError for a missing build context
 * @throws BoundsError for a context or a Dockerfile outside of the project's git work tree
 */
export function planImages(
  config: ComposeConfig,
  surroundings: ImageSurroundings,
  names: readonly string[] = Object.keys(config.services ?? {}),
): ImagePlan[] {
  const plans = new Map<string, ImagePlan>();
  const made = new Map<string, ImagePlan>();
  const planned = (name: string, service: Service, chain: readonly string[] = []): ImagePlan => {
    const known = made.get(name);
    if (known) return known;
    if (chain.includes(name)) {
      throw new ImageError(
        `The images of ${[...chain.slice(chain.indexOf(name)), name].join(" → ")} are each built of the next (additional_contexts), and so none can be the first: take one of these contexts away.`,
      );
    }
    const platform = platformOf(name, service, surroundings.platform);
    const baseOf = (base: string): ImagePlan => planned(base, config.services[base] as Service, [...chain, name]);
    const plan = service.build
      ? planBuild(name, service, platform, config, surroundings, baseOf)
      : planCopy(name, service, platform, surroundings);
    made.set(name, plan);
    return plan;
  };
  for (const name of [...names].sort()) {
    const plan = planned(name, config.services[name] as Service);
    const { platform } = plan;
    // The same build or reference twice is one image.
    const key = `${plan.from.kind} ${plan.from.kind === "build" ? plan.tag : written(plan.from.reference)} ${platform}`;
    const known = plans.get(key);
    if (known) {
      known.services.push(name);
      known.from = followed(known.from, plan.from);
    } else {
      plans.set(key, plan);
    }
  }
  return toldApart(plans);
}

/** The same text for an image in any spelling: `redis`, `redis:latest` and `docker.io/library/redis` are one. */
function written(reference: string): string {
  const { registry, ...rest } = parseReference(reference);
  return formatReference({ registry: registry.toLowerCase(), ...rest });
}

/**
 * Gives different images different names and places. Theirs may be equal, because a repository's path cannot hold
 * everything that a registry's host may say.
 *
 * @param plans by a text that differs between images
 */
function toldApart(plans: ReadonlyMap<string, ImagePlan>): ImagePlan[] {
  const taken = new Set<string>();
  return [...plans].map(([key, plan]) => {
    const place = `${plan.from.kind} ${plan.repository}:${plan.tag}`;
    if (!taken.has(place)) {
      taken.add(place);
      return plan;
    }
    const mark = createHash("sha256").update(key).digest("hex").slice(0, 12);
    return { ...plan, name: `${plan.name}-${mark}`, tag: `${plan.tag.slice(0, longestTag - 13)}-${mark}` };
  });
}

const longestTag = 128;

/** The tag is followed as soon as one service asks for it. */
function followed(known: ImagePlan["from"], other: ImagePlan["from"]): ImagePlan["from"] {
  return known.kind === "copy" && other.kind === "copy" ? { ...known, always: known.always || other.always } : known;
}

/** The platform that a service runs on: its own, else the machine's. */
export function platformOf(name: string, service: Service, machine: string): string {
  const wanted = service.platform ?? service.build?.platforms?.[0];
  if (wanted && !runsOn(parsePlatform(wanted), parsePlatform(machine))) {
    throw new ImageError(
      `The service ${name} asks for the platform ${wanted}, and this stage's machine is ${machine}: take a machine of that platform, or take platform away.`,
    );
  }
  return formatPlatform(parsePlatform(wanted ?? machine));
}

function planBuild(
  name: string,
  service: Service,
  platform: string,
  config: ComposeConfig,
  surroundings: ImageSurroundings,
  baseOf: (service: string) => ImagePlan,
): ImagePlan {
  const { root, project, builder = "buildkit", own, variable = () => undefined } = surroundings;
  const reading: ContextReading = { builder, isOwn: (path) => own?.isOwn(path) ?? false };
  const { secrets, values } = buildSecrets(name, service, config, root, variable);
  const build = { ...buildOptions(service, platform), ...(secrets.length > 0 ? { secrets } : {}) };
  const bases = basesOf(service);
  const isElsewhere = isRemote(build.context);
  const directory = resolve(root, build.context);
  const dockerfile = build.dockerfile && !isElsewhere ? resolve(directory, build.dockerfile) : undefined;
  checkPlaces(build, builder, root);
  const files = isElsewhere ? [] : listContext(directory, dockerfile, reading);
  checkKeptOut(name, secrets, root, directory, files);
  if (dockerfile && !existsSync(dockerfile)) {
    throw new ImageError(
      `The service ${name} is built by ${dockerfile}, which is not there: name its Dockerfile, as in dockerfile: Dockerfile.`,
    );
  }
  const places = Object.values(build.additionalContexts).filter((place) => !isRemote(place));
  const modern = builder === "classic" ? keyOfBuildKit(service) : undefined;
  if (modern !== undefined) {
    throw new ImageError(
      `The service ${name} is built with ${modern}, which the classic builder of Docker does not know: install its buildx plugin (https://docs.docker.com/go/buildx/), and take DOCKER_BUILDKIT=0 away.`,
    );
  }
  const {
    context: _context,
    noCache: _noCache,
    cacheFrom: _cacheFrom,
    pull: _pull,
    secrets: _secrets,
    ssh: _ssh,
    ...rest
  } = build;
  const contexts = places.map((place) => ({ place, files: listContext(resolve(root, place), undefined, reading) }));
  const extra = contexts.map((context) => hashContext(resolve(root, context.place), context.files));
  const base = isElsewhere ? build.context : hashContext(directory, files, dockerfile);
  const under = Object.entries(bases).map(([context, other]) => [context, baseOf(other).tag]);
  const content = JSON.stringify([base, rest, extra, ...(under.length > 0 ? [under] : [])]);
  return {
    name,
    services: [name],
    repository: `${project}/${pathOf(name)}`,
    tag: createHash("sha256").update(content).digest("hex"),
    platform,
    from: {
      kind: "build",
      build,
      ...(Object.keys(values).length > 0 ? { secretValues: values } : {}),
      files,
      contexts,
      ...(under.length > 0 ? { bases } : {}),
    },
  };
}

const ofService = "service:";

/** The services whose images are a build's further contexts, by the contexts' names. The model has them built, all of them. */
export function basesOf({ build }: Service): Record<string, string> {
  return Object.fromEntries(
    Object.entries(build?.additional_contexts ?? {}).flatMap(([name, context]) =>
      context.startsWith(ofService) ? [[name, context.slice(ofService.length)]] : [],
    ),
  );
}

/** A key that only BuildKit knows. */
function keyOfBuildKit({ build = {} }: Service): string | undefined {
  if (Object.keys(build.additional_contexts ?? {}).length > 0) return "additional_contexts";
  if ((build.secrets ?? []).length > 0) return "secrets";
  return (build.ssh ?? []).length > 0 ? "ssh" : undefined;
}

/** A service may have a name that no repository may have, such as Web or a..b. */
function pathOf(service: string): string {
  const path = service.toLowerCase();
  return isRepository(path) ? path : path.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "service";
}

/**
 * Plans the copy of an image. Different images have different places in the registry: the path holds the host unless it
 * is Docker Hub, and the tag holds the digest, and the platform where it is not the machine's.
 */
function planCopy(name: string, service: Service, platform: string, machine: ImageSurroundings): ImagePlan {
  const reference = service.image ?? "";
  const { registry, repository, tag, digest } = parseReference(reference);
  const path = registry === "docker.io" ? repository.replace(/^library\//, "") : `${pathOf(registry)}/${repository}`;
  const own = platform === formatPlatform(parsePlatform(machine.platform)) ? undefined : platform.replace(/\//g, "-");
  const more = [digest?.replace(/^.*:/, "").slice(0, 12), own].filter(Boolean).map((part) => `-${part}`);
  const place = (tag ?? "pinned").slice(0, longestTag - more.join("").length) + more.join("");
  return {
    name: `${path}:${place}`,
    services: [name],
    repository: `${machine.project}/${path}`,
    tag: place,
    platform,
    from: { kind: "copy", reference, always: service.pull_policy === "always" },
  };
}

function buildOptions(service: Service, platform: string): BuildOptions {
  const build = service.build ?? {};
  return {
    context: build.context ?? ".",
    dockerfile: build.dockerfile_inline ? undefined : (build.dockerfile ?? "Dockerfile"),
    inline: build.dockerfile_inline,
    args: Object.fromEntries(
      Object.entries(build.args ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    target: build.target,
    platform,
    network: build.network,
    labels: build.labels ?? {},
    cacheFrom: build.cache_from ?? [],
    extraHosts: build.extra_hosts ?? [],
    additionalContexts: Object.fromEntries(
      Object.entries(build.additional_contexts ?? {}).filter(([, context]) => !context.startsWith(ofService)),
    ),
    shmSize: build.shm_size === undefined ? undefined : String(build.shm_size),
    ...(build.ulimits ? { ulimits: Object.entries(build.ulimits).map(ulimit) } : {}),
    ...(build.ssh && build.ssh.length > 0 ? { ssh: build.ssh } : {}),
    noCache: build.no_cache ?? false,
    pull: build.pull ?? false,
  };
}

function ulimit([name, limit]: [string, number | { soft?: number; hard?: number }]): string {
  if (typeof limit === "number") return `${name}=${limit}:${limit}`;
  const { soft = 0, hard = soft } = limit;
  return `${name}=${soft}:${hard}`;
}

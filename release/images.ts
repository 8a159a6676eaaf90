import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ComposeConfig, Service } from "../compose/model";
import type { Builder } from "./builder";
import { hashContext, listContext, type ContextFile, type ContextReading } from "./context";
import type { OwnPlaces } from "./ownPlaces";
import { formatReference, isRepository, parseReference } from "../registry/client/reference";
import { formatPlatform, parsePlatform, runsOn } from "../registry/client/platform";

/** What `docker build` is told, besides where the result goes. Paths are relative to the project. */
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
  noCache: boolean;
  pull: boolean;
}

/** One image of a release, before its digest is known. */
export interface ImagePlan {
  /** What its resource is called: the service, or path and tag, of which no two images share one. */
  name: string;
  /** The services that run it. */
  services: string[];
  /** Its repository, without the registry's address. */
  repository: string;
  /** For a built image derived from its content; for another its own. */
  tag: string;
  platform: string;
  /** How it comes about; of a copy that follows its tag (`pull_policy: always`), the digest that the tag has now. */
  from:
    | {
        kind: "build";
        build: BuildOptions;
        /** What its builder gets of its context, and of further ones. */
        files: ContextFile[];
        contexts: { place: string; files: ContextFile[] }[];
      }
    | { kind: "copy"; reference: string; always: boolean; seen?: string };
}

/** An image cannot be made or used here; the message names the service and says why. */
export class ImageError extends Error {}

/** What the images of a release depend on, besides the compose model. */
export interface ImageSurroundings {
  /** The project's folder, absolute. */
  root: string;
  /** The project, with which repository paths begin. */
  project: string;
  /** The machine's platform. */
  platform: string;
  /** Which builder builds; undefined: BuildKit. */
  builder?: Builder;
  /** What no builder gets; undefined: there is nothing of the kind. */
  own?: OwnPlaces;
}

/**
 * Plans every image that a release needs: one for each different build, one for each different third-party image.
 *
 * @param config the compose model
 * @throws ImageError for a platform that the machine cannot run, for a Dockerfile that is not there, and for a further context where the
 *   classic builder builds
 * @throws ContextError for a build context that is not there
 */
export function planImages(config: ComposeConfig, surroundings: ImageSurroundings): ImagePlan[] {
  const plans = new Map<string, ImagePlan>();
  for (const [name, service] of Object.entries(config.services ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const platform = platformOf(name, service, surroundings.platform);
    const plan = service.build
      ? planBuild(name, service, platform, surroundings)
      : planCopy(name, service, platform, surroundings);
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

/** The same text for an image however it is written: `redis`, `redis:latest` and `docker.io/library/redis` are one. */
function written(reference: string): string {
  const { registry, ...rest } = parseReference(reference);
  return formatReference({ registry: registry.toLowerCase(), ...rest });
}

/**
 * Gives different images different names and places where their own are the same, because a registry's host is more than what a repository's
 * path can say of it.
 *
 * @param plans by what makes each another image than the others
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

/** One service that wants the tag followed is enough. */
function followed(known: ImagePlan["from"], other: ImagePlan["from"]): ImagePlan["from"] {
  return known.kind === "copy" && other.kind === "copy" ? { ...known, always: known.always || other.always } : known;
}

/** The platform that a service runs on: what it asks for, else the machine's. */
export function platformOf(name: string, service: Service, machine: string): string {
  const wanted = service.platform ?? service.build?.platforms?.[0];
  if (wanted && !runsOn(parsePlatform(wanted), parsePlatform(machine))) {
    throw new ImageError(
      `The service ${name} asks for the platform ${wanted}, and this stage's machine is ${machine}: take a machine of that platform, or take platform away.`,
    );
  }
  return formatPlatform(parsePlatform(wanted ?? machine));
}

function planBuild(name: string, service: Service, platform: string, surroundings: ImageSurroundings): ImagePlan {
  const { root, project, builder = "buildkit", own } = surroundings;
  const reading: ContextReading = { builder, isOwn: (path) => own?.isOwn(path) ?? false };
  const build = buildOptions(service, platform);
  const directory = resolve(root, build.context);
  const dockerfile = build.dockerfile ? resolve(directory, build.dockerfile) : undefined;
  const files = listContext(directory, dockerfile, reading);
  if (dockerfile && !existsSync(dockerfile)) {
    throw new ImageError(
      `The service ${name} is built by ${dockerfile}, which is not there: name its Dockerfile, as in dockerfile: Dockerfile.`,
    );
  }
  const places = Object.values(build.additionalContexts).filter((place) => !place.includes("://"));
  if (builder === "classic" && Object.keys(build.additionalContexts).length > 0) {
    throw new ImageError(
      `The service ${name} is built with additional_contexts, which the classic builder of Docker does not know: install its buildx plugin (https://docs.docker.com/go/buildx/), and take DOCKER_BUILDKIT=0 away.`,
    );
  }
  const { context: _context, noCache: _noCache, cacheFrom: _cacheFrom, pull: _pull, ...rest } = build;
  const contexts = places.map((place) => ({ place, files: listContext(resolve(root, place), undefined, reading) }));
  const extra = contexts.map((context) => hashContext(resolve(root, context.place), context.files));
  const content = JSON.stringify([hashContext(directory, files, dockerfile), rest, extra]);
  return {
    name,
    services: [name],
    repository: `${project}/${pathOf(name)}`,
    tag: createHash("sha256").update(content).digest("hex").slice(0, 20),
    platform,
    from: { kind: "build", build, files, contexts },
  };
}

/** Services may be called what no repository may, such as Web or a..b. */
function pathOf(service: string): string {
  const path = service.toLowerCase();
  return isRepository(path) ? path : path.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "service";
}

/**
 * Different images have different places in the registry: what comes from elsewhere than Docker Hub keeps its host in its path;
 * a digest, and a platform that is not the machine's, stand in the tag.
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
    additionalContexts: build.additional_contexts ?? {},
    shmSize: build.shm_size === undefined ? undefined : String(build.shm_size),
    noCache: build.no_cache ?? false,
    pull: build.pull ?? false,
  };
}

import type { Registry } from "./registry";
import { isIndexType, readImage, readIndex } from "./manifest";
import { bestFor, normalizePlatform, type Platform } from "./platform";

/**
 * An image's health check (https://github.com/moby/docker-image-spec). Times are in nanoseconds; 0 or none is the
 * Engine's default.
 */
export interface ImageCheck {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** The parts of an image's configuration that count for its containers. */
export interface ImageFacts {
  /** The paths at which it wants volumes (`VOLUME`), sorted. */
  volumes: string[];
  /** How its health is checked (`HEALTHCHECK`); undefined: it has no check. */
  healthcheck?: ImageCheck;
  /** What it runs (`ENTRYPOINT`), before the command; undefined: it has none. */
  entrypoint?: string[];
}

/**
 * Reads an image's facts from its configuration in the registry; the image itself is not transferred.
 *
 * @param reference a tag or a digest
 * @param platform the platform to choose from an index
 * @throws Error where the registry does not hold the image, or not for that platform
 */
export async function readImageFacts(
  registry: Registry,
  repository: string,
  reference: string,
  platform: Platform,
): Promise<ImageFacts> {
  const name = `${registry.address}/${repository}`;
  let manifest = await registry.getManifest(repository, reference);
  if (isIndexType(manifest.mediaType)) {
    const offered = readIndex(manifest, name).manifests.flatMap(({ digest, platform: of }) =>
      of && of.os !== "unknown" ? [{ digest, platform: normalizePlatform(of) }] : [],
    );
    const fitting = bestFor(offered, platform);
    if (!fitting) throw new Error(`${name} has no image for this platform.`);
    manifest = await registry.getManifest(repository, fitting.digest);
  }
  const bytes = await registry.readBlob(repository, readImage(manifest, name).config);
  return factsOfConfig(JSON.parse(new TextDecoder().decode(bytes)));
}

/** The facts from an image's configuration, OCI's or Docker's. */
export function factsOfConfig(document: unknown): ImageFacts {
  const { config } = (document ?? {}) as {
    config?: { Volumes?: object | null; Healthcheck?: ImageCheck | null; Entrypoint?: string[] | null } | null;
  };
  const [kind] = config?.Healthcheck?.Test ?? [];
  return {
    volumes: Object.keys(config?.Volumes ?? {}).sort(),
    ...(config?.Healthcheck && kind !== undefined && kind !== "NONE" ? { healthcheck: config.Healthcheck } : {}),
    ...(config?.Entrypoint?.length ? { entrypoint: config.Entrypoint } : {}),
  };
}

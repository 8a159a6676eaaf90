import { type Registry } from "./registry";
import { isIndexType, type Manifest, readIndex } from "./manifest";
import { normalizePlatform, type Platform } from "./platform";

/** An image in an index. */
export interface OfferedImage {
  digest: string;
  platform: Platform;
}

/**
 * The images of an index. Attestations, which stand in an index as images of an unknown platform, are left out
 * (https://docs.docker.com/build/metadata/attestations/attestation-storage/).
 *
 * @param name the index's name in the error
 * @throws Error naming it where it is no index
 */
export function imagesOf(index: Manifest, name: string): OfferedImage[] {
  return readIndex(index, name).manifests.flatMap(({ digest, platform }) =>
    platform && platform.os !== "unknown" ? [{ digest, platform: normalizePlatform(platform) }] : [],
  );
}

/**
 * The digests of all manifests in an index and in indexes within it; none for a single image, or where the registry has
 * no such manifest.
 */
export async function partsOf(registry: Registry, repository: string, digest: string): Promise<string[]> {
  const head = await registry.headManifest(repository, digest);
  if (!head || !isIndexType(head.mediaType)) return [];
  const index = await registry.findManifest(repository, digest);
  const listed = index ? readIndex(index, `${repository}@${digest}`).manifests : [];
  const nested = listed.filter(({ mediaType }) => isIndexType(mediaType));
  const deeper = await Promise.all(nested.map((part) => partsOf(registry, repository, part.digest)));
  return [...new Set([...listed.map((part) => part.digest), ...deeper.flat()])];
}

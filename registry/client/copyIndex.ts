import { copyManifest, type CopyProgress } from "./copy";
import { type Place } from "./copyBlob";
import { isIndexType, type Manifest, readIndex } from "./manifest";

/**
 * Copies an index with everything that it lists, byte for byte, so that its digest stays: a registry refuses an index
 * while a part is missing.
 *
 * @param name the index's name in errors
 * @throws Error naming the part that the source lacks; RegistryError where a registry refuses or does not answer
 */
export async function copyIndex(
  index: Manifest,
  name: string,
  from: Place,
  to: Place,
  onProgress?: (progress: CopyProgress) => void,
): Promise<void> {
  for (const { digest } of readIndex(index, name).manifests) {
    if (await to.registry.headManifest(to.repository, digest)) continue;
    const part = await from.registry.findManifest(from.repository, digest);
    if (!part) {
      throw new Error(
        `${name} lists ${digest}, which is not in the registry ${from.registry.address} any more: take a release that was built since, or push that image again.`,
      );
    }
    const copyPart = isIndexType(part.mediaType) ? copyIndex : copyManifest;
    await copyPart(part, name, from, to, onProgress);
  }
  await to.registry.putManifest(to.repository, index.digest, index);
}

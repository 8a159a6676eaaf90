import { type Registry } from "./client/registry";
import { tagImage } from "./client/copy";
import { RegistryError } from "./client/errors";
import { imagesOf, partsOf } from "./client/indexes";
import { each } from "./client/concurrency";
import { isIndexType } from "./client/manifest";
import { bestFor, formatPlatform, parsePlatform } from "./client/platform";

const atOnce = 8;

/**
 * Moves the tag of an image that was just pushed to the platform's own manifest. A builder may push an index that also
 * holds its notes on the build: times, the commit, the tag. The index has another digest after each build, the image in
 * it keeps its digest.
 *
 * @param platform of the image: `linux/amd64`
 * @returns the digest of the platform's own manifest, and that of the pushed index, if there was one
 * @throws Error naming the image where the tag is missing, or its index has no image for the platform
 */
export async function singleOut(
  registry: Registry,
  repository: string,
  tag: string,
  platform: string,
): Promise<{ digest: string; index?: string }> {
  const head = await registry.headManifest(repository, tag);
  if (head && !isIndexType(head.mediaType)) return { digest: head.digest };
  const index = await registry.getManifest(repository, tag);
  const name = `Image ${registry.address}/${repository}:${tag}`;
  const offered = imagesOf(index, name);
  // A Dockerfile may choose another platform, by `FROM --platform`; then its only image is taken.
  const chosen = bestFor(offered, parsePlatform(platform)) ?? (offered.length === 1 ? offered[0] : undefined);
  if (!chosen) {
    const there = offered.map(({ platform }) => formatPlatform(platform)).sort();
    throw new Error(
      `${name} has no image for ${platform}, only for ${there.join(", ") || "none"}: choose an image or a machine that fits.`,
    );
  }
  await tagImage(registry, repository, await registry.getManifest(repository, chosen.digest), tag);
  return { digest: chosen.digest, index: index.digest };
}

/**
 * Deletes an index with everything that it lists, unless another name in its repository leads there: another tag, or an
 * index under one. A registry that deletes nothing keeps it, which does no harm.
 *
 * @throws RegistryError where the registry does not answer
 */
export async function dropIndex(registry: Registry, repository: string, digest: string): Promise<void> {
  const index = await registry.findManifest(repository, digest);
  if (!index) return;
  const needed = new Set<string>();
  await each(await registry.listTags(repository), atOnce, async (tag) => {
    const head = await registry.headManifest(repository, tag);
    if (head) [head.digest, ...(await partsOf(registry, repository, head.digest))].forEach((one) => needed.add(one));
  });
  if (needed.has(digest)) return;
  const parts = await partsOf(registry, repository, digest);
  for (const one of [digest, ...parts.filter((part) => !needed.has(part))]) {
    await registry.deleteManifest(repository, one).catch((error: unknown) => {
      if (!(error instanceof RegistryError) || error.status === undefined || error.status >= 500) throw error;
    });
  }
}

import { type Registry } from "./client/registry";
import { tagImage } from "./client/copy";
import { RegistryError } from "./client/errors";
import { imagesOf, partsOf } from "./client/indexes";
import { each } from "./client/concurrency";
import { isIndexType } from "./client/manifest";
import { bestFor, formatPlatform, parsePlatform } from "./client/platform";

const atOnce = 8;

/**
 * Gives the tag of an image that was just pushed to the platform's own manifest. A builder may push an index, with what it
 * noted of the build beside the image: times, the commit, the tag. Its digest is another at each build, and that of the image in it is not.
 *
 * @param platform the one that the image was made for: `linux/amd64`
 * @returns the digest of the platform's own manifest, and that of the index that was pushed, where it was one
 * @throws Error naming the image where the tag is not there, or its index has nothing for the platform
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
  // What is built for another platform, as `FROM --platform` may say, is its Dockerfile's business.
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
 * Takes an index away, and what it lists, where nothing else in its repository names it: another tag, or an index under one. A
 * registry that deletes nothing keeps it, which does no harm.
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

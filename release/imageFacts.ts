import type { Registry } from "../registry/client/registry";
import { readImageFacts, type ImageFacts } from "../registry/client/imageFacts";
import type { Sources } from "../registry/mirrors";
import { parsePlatform } from "../registry/client/platform";
import { parseReference } from "../registry/client/reference";
import type { ImagePlan } from "./images";

/**
 * The facts of the images that a release takes from elsewhere. They come from the copies in the stage's own registry,
 * which exist after its first update and cost no pull, else from the images' origins.
 *
 * @param own the stage's registry; undefined: it does not exist yet
 * @returns by service; undefined for an image that exists only once the update has made or copied it
 */
export async function factsOfImages(
  images: readonly ImagePlan[],
  own: Registry | undefined,
  sources: Pick<Sources, "of">,
): Promise<Record<string, ImageFacts | undefined>> {
  const answers = await own?.ping().then(
    () => true,
    () => false,
  );
  const found = images.map(async (plan) => {
    const facts = await factsOf(plan, answers ? own : undefined, sources).catch(() => undefined);
    return plan.services.map((service) => [service, facts] as const);
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

async function factsOf(
  { from, repository, tag, platform }: ImagePlan,
  own: Registry | undefined,
  sources: Pick<Sources, "of">,
): Promise<ImageFacts | undefined> {
  if (from.kind === "build") return undefined;
  const machine = parsePlatform(platform);
  // A tag that is followed may have moved since the copy.
  const copied = from.seen ?? tag;
  if (own && (await own.headManifest(repository, copied).catch(() => undefined))) {
    return readImageFacts(own, repository, copied, machine);
  }
  const { registry, repository: path, tag: named, digest } = parseReference(from.reference);
  return readImageFacts(sources.of(registry), path, from.seen ?? digest ?? named ?? "latest", machine);
}

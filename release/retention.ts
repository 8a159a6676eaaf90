import { type Registry } from "../registry/client/registry";
import { RegistryError } from "../registry/client/errors";
import { partsOf } from "../registry/client/indexes";
import { each } from "../registry/client/concurrency";
import { reasonOf } from "./artifact";
import { type Ledger } from "./ledger";
import { imagesOf, type ReleaseRecord, type StageRun } from "./record";

const concurrency = 8;

/** The facts that retention decides by. */
export interface RetentionInput {
  /** Every release of the ledger, in any order. */
  releases: readonly Pick<ReleaseRecord, "name" | "createdAt" | "images" | "bundles">[];
  /** The runs of each stage, oldest first, by stage. */
  histories: Readonly<Record<string, readonly Pick<StageRun, "release">[]>>;
  /** Releases that a stage's `slipway:release` setting names. */
  pins: Iterable<string>;
  /** How many of the newest releases stay in any case; 20 by default. */
  keep?: number;
  /**
   * By the digest of an index that a release names (releases of earlier versions may): the digests of the manifests in
   * it. Two indexes may share a manifest.
   */
  parts?: ReadonlyMap<string, readonly string[]>;
}

/** The releases, images and tags that may be removed. */
export interface RetentionPlan {
  /** Names of releases, oldest first. */
  remove: string[];
  /**
   * Images that no kept release needs, with the tags that kept them. An index comes after its parts, so that an
   * interrupted run finds the rest again.
   */
  images: { repository: string; digest: string; tags: string[] }[];
  /** Tags of removed releases on images that a kept release names: only the tag goes. */
  tags: { repository: string; digest: string; tag: string }[];
}

/** The result of a pruning. */
export interface Pruned {
  /** Releases that were removed. */
  removed: string[];
  /** A sentence for each thing that stayed, with the reason. */
  notes: string[];
}

/**
 * Decides which releases may be removed: those beyond the newest `keep` that no stage pins, runs, or ran directly
 * before the one it runs. An image goes with its release unless a kept release names its digest, in any repository, or
 * an index that holds it. The parts of an index go with it.
 *
 * @throws Error where `keep` is no whole number above 0
 */
export function plan({
  releases,
  histories,
  pins,
  keep = 20,
  parts = new Map<string, never[]>(),
}: RetentionInput): RetentionPlan {
  if (!Number.isInteger(keep) || keep < 1) {
    throw new Error(`${keep} releases cannot be kept: write a whole number of at least 1.`);
  }
  const newestFirst = [...releases].sort((a, b) => compare(b.createdAt, a.createdAt) || compare(b.name, a.name));
  const inUse = new Set([...pins, ...Object.values(histories).flatMap(lastTwo)]);
  const isKept = (name: string, age: number): boolean => age < keep || inUse.has(name);
  const kept = newestFirst.filter(({ name }, age) => isKept(name, age));
  const gone = newestFirst.filter(({ name }, age) => !isKept(name, age)).reverse();

  const withParts = (digest: string): string[] => [digest, ...(parts.get(digest) ?? [])];
  const needed = new Set(kept.flatMap((release) => imagesOf(release).flatMap(({ digest }) => withParts(digest))));
  const going = new Map<string, RetentionPlan["images"][number]>();
  for (const { name, ...release } of gone) {
    for (const { repository, digest } of imagesOf(release)) {
      for (const one of withParts(digest)) {
        const image = going.get(`${repository}@${one}`) ?? { repository, digest: one, tags: [] };
        // Releases tag the images that they name, but not the parts of an index.
        if (one === digest && !image.tags.includes(name)) image.tags.push(name);
        going.set(`${repository}@${one}`, image);
      }
    }
  }
  const isIndex = ({ digest }: { digest: string }): number => Number(parts.has(digest));
  const all = [...going.values()].sort((a, b) => isIndex(a) - isIndex(b));
  return {
    remove: gone.map(({ name }) => name),
    images: all.filter(({ digest }) => !needed.has(digest)),
    tags: all
      .filter(({ digest }) => needed.has(digest))
      .flatMap(({ repository, digest, tags }) => tags.map((tag) => ({ repository, digest, tag }))),
  };
}

/**
 * Finds the indexes among the images of releases, with their parts.
 *
 * @returns by the digest of each index
 * @throws RegistryError where the registry does not answer
 */
export async function partsIn(
  registry: Registry,
  releases: readonly Pick<ReleaseRecord, "images">[],
): Promise<Map<string, string[]>> {
  const images = new Map(
    releases.flatMap((release) => Object.values(release.images)).map((image) => [image.digest, image]),
  );
  const parts = new Map<string, string[]>();
  await each([...images.values()], concurrency, async ({ repository, digest }) => {
    const found = await partsOf(registry, repository, digest);
    if (found.length > 0) parts.set(digest, found);
  });
  return parts;
}

/**
 * Carries a plan out: images first, then the releases, so that the next run completes an interrupted one. Only the
 * project's own repositories are touched.
 *
 * @returns the removed releases, and why others stayed; a registry that does not delete is no failure
 * @throws RegistryError where the registry does not answer
 */
export async function prune(ledger: Ledger, { remove, images, tags }: RetentionPlan): Promise<Pruned> {
  const { registry, project } = ledger;
  const notes = new Set<string>();
  const removed: string[] = [];
  const own = ({ repository }: { repository: string }): boolean =>
    repository.startsWith(`${project}/`) && repository !== ledger.repository;
  for (const { repository, digest, tag } of tags.filter(own)) await untag(registry, repository, digest, tag);
  const refused: typeof images = [];
  for (const image of images.filter(own)) {
    if (await drop(registry, image.repository, image.digest, image.tags)) refused.push(image);
  }
  // Some registries refuse to delete the parts of an index as long as the index exists.
  for (const { repository, digest, tags } of refused) {
    const failure = await drop(registry, repository, digest, tags);
    if (failure) notes.add(failure);
  }
  for (const name of remove) {
    const head = await registry.headManifest(ledger.repository, name);
    const failure = head && (await drop(registry, ledger.repository, head.digest, [name]));
    if (failure) notes.add(failure);
    else removed.push(name);
  }
  return { removed, notes: [...notes] };
}

/** Removes a tag from an image that stays. Many registries cannot: then the tag stays too, and does no harm. */
async function untag(registry: Registry, repository: string, digest: string, tag: string): Promise<void> {
  const [tagged, manifest] = [
    await registry.headManifest(repository, tag),
    await registry.findManifest(repository, digest),
  ];
  if (!manifest || tagged?.digest !== digest) return;
  await deleteIfPossible(registry, repository, tag);
  // A registry may delete the image together with its tag; then the kept release gets it back.
  if (!(await registry.headManifest(repository, digest))) await registry.putManifest(repository, digest, manifest);
}

/** Deletes an image with its tags; returns a sentence with the reason where it stays. */
async function drop(
  registry: Registry,
  repository: string,
  digest: string,
  tags: string[],
): Promise<string | undefined> {
  for (const tag of tags) {
    const head = await registry.headManifest(repository, tag);
    if (head?.digest === digest) await deleteIfPossible(registry, repository, tag);
  }
  const refusal = await deleteIfPossible(registry, repository, digest);
  if (!refusal) return undefined;
  if (refusal.status === 405 || refusal.codes.includes("UNSUPPORTED")) {
    return `Old releases stay in registry ${registry.address}, for it does not delete: enable deletion there (storage.delete.enabled for Docker's registry).`;
  }
  // Some hosted registries delete an image only once it has no tag.
  for (const tag of await registry.listTags(repository)) {
    const head = await registry.headManifest(repository, tag);
    if (head?.digest === digest) await deleteIfPossible(registry, repository, tag);
  }
  const again = await deleteIfPossible(registry, repository, digest);
  return again && `${repository}@${digest} stays: ${reasonOf(again)}.`;
}

/** Deletes by tag or digest; returns a refusal, and throws where the registry did not answer. */
async function deleteIfPossible(
  registry: Registry,
  repository: string,
  reference: string,
): Promise<RegistryError | undefined> {
  try {
    await registry.deleteManifest(repository, reference);
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError && error.status !== undefined && error.status < 500) return error;
    throw error;
  }
}

/** The release that a stage runs, and the one that it ran before. */
function lastTwo(runs: readonly Pick<StageRun, "release">[]): string[] {
  const running = runs.at(-1)?.release;
  const before = runs.findLast(({ release }) => release !== running)?.release;
  return [running, before].filter((name) => name !== undefined);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

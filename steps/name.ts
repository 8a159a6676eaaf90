import { Ledger } from "../release/ledger";
import { contentKey } from "../release/content";
import { releaseName } from "../release/name";
import type { Registry } from "../registry/client/registry";
import { readImageFacts, type ImageFacts } from "../registry/client/imageFacts";
import { parsePlatform } from "../registry/client/platform";
import type { RegistryPlan } from "../settings/registryPlan";
import type { ReleaseImage } from "../release/record";
import { unmounted } from "../application/unnamedVolumes";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What a release is named for. */
export interface MintInput {
  registry: RegistryPlan;
  project: string;
  commit: string;
  dirty: boolean;
  /** As {@link contentKey} gives it. */
  key: string;
  /** By service. */
  images?: Record<string, ReleaseImage>;
  /** By service that runs on: every path at which it mounts something. */
  mounted?: Record<string, string[]>;
}

/** A release's name and birth. */
export interface Minted {
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
}

/**
 * Names a release: the name that the ledger has for exactly this content, else a new one with the time of now.
 *
 * @throws Error naming a volume that an image wants and nothing is mounted on, where that could not be seen before the image was there
 */
export async function mint({ registry: plan, project, key, ...mark }: MintInput, say: Say): Promise<Minted> {
  const registry = await connect(plan, say);
  await checkVolumes(registry, mark.images ?? {}, mark.mounted ?? {});
  const ledger = new Ledger(registry, project);
  for (const { name, commit, dirty } of await ledger.list()) {
    if (commit === mark.commit && dirty === mark.dirty) {
      const release = await ledger.read(name);
      if (release && contentKey(release) === key) {
        say(`the ledger has this release as ${name}`);
        return { name, createdAt: release.createdAt };
      }
    }
  }
  const now = new Date();
  const name = releaseName(mark.commit, mark.dirty, now);
  say(`this is ${name}`);
  return { name, createdAt: now.toISOString() };
}

async function checkVolumes(
  registry: Registry,
  images: Record<string, ReleaseImage>,
  mounted: Record<string, string[]>,
): Promise<void> {
  const read = new Map<string, Promise<ImageFacts>>();
  const troubles = Object.entries(mounted).map(async ([service, paths]) => {
    const image = images[service];
    if (!image) return [];
    const { repository, digest, platform } = image;
    const key = `${repository}@${digest}`;
    const facts = read.get(key) ?? readImageFacts(registry, repository, digest, parsePlatform(platform));
    read.set(key, facts);
    return unmounted(service, (await facts).volumes, paths);
  });
  const found = (await Promise.all(troubles)).flat();
  if (found.length > 0) throw new Error(found.join("\n"));
}

import { Ledger } from "../release/ledger";
import { contentKey } from "../release/content";
import { releaseName } from "../release/name";
import { ownKeys } from "../release/signing/keyFiles";
import { releaseClaim } from "../release/signing/proof";
import { provenClaims } from "../release/signing/signatures";
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
  /** The stage's private key, in PEM: a release of another's signature is none of ours. */
  signingKey: string;
}

/** A release's name and birth. */
export interface Minted {
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
}

/**
 * Names a release: the name that the ledger has for exactly this content, by the stage's own word, else a new one with the time of now.
 *
 * @param last the result of the last run, as the command provider hands it on
 * @throws Error naming a volume that an image wants and nothing is mounted on, where that could not be seen before the image was there
 */
export async function mint(
  { registry: plan, project, key, signingKey, ...mark }: MintInput,
  say: Say,
  last = process.env["PULUMI_COMMAND_STDOUT"],
): Promise<Minted> {
  const registry = await connect(plan, say);
  await checkVolumes(registry, mark.images ?? {}, mark.mounted ?? {});
  const ledger = new Ledger(registry, project);
  const known = last ? (JSON.parse(last) as Minted).name : undefined;
  for (const { name, commit, dirty } of await ledger.list()) {
    if (commit === mark.commit && dirty === mark.dirty) {
      const release = await ledger.read(name);
      if (contentKey(release) === key && (name === known || (await isOwn(ledger, name, signingKey)))) {
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

/** Whether the record that bears a name is signed as the release of that name, with the stage's key or one of the project's. */
async function isOwn(ledger: Ledger, name: string, privateKey: string): Promise<boolean> {
  const digest = await ledger.digestOf(name);
  const keys = ownKeys(privateKey, process.cwd());
  const proven = digest ? await provenClaims(ledger.registry, ledger.repository, digest, keys) : [];
  return proven.some(({ claim }) => claim.says[releaseClaim] === name);
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

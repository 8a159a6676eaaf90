import { Ledger } from "../release/ledger";
import { imagesOf, type ReleaseImage } from "../release/record";
import { sealOf } from "../release/signing/seal";
import { copySignatures } from "../release/signing/signatures";
import type { Registry } from "../registry/client/registry";
import { copyImage } from "../registry/client/copy";
import { copyIndex } from "../registry/client/copyIndex";
import { isIndexType } from "../registry/client/manifest";
import { parsePlatform } from "../registry/client/platform";
import type { RegistryPlan } from "../settings/registryPlan";
import { progress } from "./copy";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What bringing a release to a machine needs. */
export interface BringInput {
  /** The registry on the stage's machine. */
  registry: RegistryPlan;
  /** The registry that holds the release. */
  from: RegistryPlan;
  project: string;
  stage: string;
  release: string;
  /** The digest of its record. */
  record: string;
  /** The release that the stage ran before, to which it may go back, with the digest of its record. */
  before?: { name: string; record: string } | null;
  /** The stage's private key, in PEM. */
  key: string;
}

/** What was brought. */
export interface BringResult {
  /** The releases that the machine's own registry holds now. */
  releases: string[];
}

/**
 * Copies a release into the registry on the stage's machine: manifests and blobs byte for byte, so that its digests stay, and what the
 * ledger says of it. What is there already is not copied again, and a copy that broke off goes on where it was.
 *
 * @throws Error naming the image or the release that cannot be copied
 */
export async function bring(
  { registry, from, project, stage, release, record, before, key }: BringInput,
  say: Say,
): Promise<BringResult> {
  const [source, target] = [await connect(from, say), await connect(registry, say)];
  const seal = sealOf(stage, key);
  const ledgers = { source: new Ledger(source, project, seal), target: new Ledger(target, project, seal) };
  await bringRelease(ledgers, release, record, say);
  // A machine that was lost and made anew is to be able to go back as well; it can do without.
  const brought = before
    ? await bringRelease(ledgers, before.name, before.record, say).then(
        () => before.name,
        () => undefined,
      )
    : undefined;
  await bringHistory(ledgers, stage, say);
  return { releases: [release, ...(brought === undefined ? [] : [brought])] };
}

interface Ledgers {
  source: Ledger;
  target: Ledger;
}

async function bringRelease({ source, target }: Ledgers, name: string, record: string, say: Say): Promise<void> {
  const release = await source.read(name, record);
  for (const image of distinct(imagesOf(release))) {
    await bringImage(image, name, source.registry, target.registry, say);
  }
  const recorded = await target.record(release);
  if (recorded !== record) throw new Error(`The release ${name} arrived as the record ${recorded}, and is ${record}.`);
  await copySignatures(source.registry, target.registry, target.repository, record);
  say(`${name} is in the machine's own registry`);
}

async function bringImage(
  { repository, digest, platform }: ReleaseImage,
  tag: string,
  from: Registry,
  to: Registry,
  say: Say,
): Promise<void> {
  if (await to.headManifest(repository, digest)) return;
  say(`copying ${repository}@${digest.slice(0, 19)}`);
  const manifest = await from.getManifest(repository, digest);
  // Releases of earlier versions name the index that the builder pushed.
  if (isIndexType(manifest.mediaType)) {
    const name = `Image ${from.address}/${repository}@${digest}`;
    return copyIndex(manifest, name, { registry: from, repository }, { registry: to, repository }, progress(say));
  }
  await copyImage({
    from: { reference: { registry: from.address, repository, digest }, registry: from },
    to: { registry: to, repository, tag },
    platform: parsePlatform(platform),
    onProgress: progress(say),
  });
}

/** What the stage ran on a machine that is gone. The data are new, so the jobs run again. */
async function bringHistory({ source, target }: Ledgers, stage: string, say: Say): Promise<void> {
  const [there, here] = [await source.history(stage), await target.history(stage)];
  const last = there.at(-1);
  if (here.length > 0 || last === undefined) return;
  await target.noteRestore(stage, new Date(last.at));
  for (const run of there) await target.appendRun(stage, run);
  say(`brought what the ledger says of ${stage}`);
}

function distinct(images: ReleaseImage[]): ReleaseImage[] {
  return [...new Map(images.map((image) => [`${image.repository}@${image.digest}`, image])).values()];
}

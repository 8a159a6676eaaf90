import { createHash } from "node:crypto";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Registry } from "../registry/client/registry";
import type { BlobName } from "../registry/client/digest";
import { ociManifestType } from "../registry/client/manifest";
import { parsePlatform } from "../registry/client/platform";
import { encode } from "../release/artifact";
import { calledBy, contentOf, documents, tagOf } from "../release/bundles";
import { tarOf, type TarSource } from "../release/bundleTar";
import { formerlyTagged } from "../release/formerTag";
import { heldContent, lastDigest, signContent } from "../release/signing/contentTag";
import { formatSize } from "../application/sizes";
import { connect } from "../registry/connect";
import type { ImageResult } from "./build";
import type { Say } from "../docker/say";

/** What bundling files needs. */
export interface BundleInput {
  registry: RegistryPlan;
  repository: string;
  /** The bundle's whole digest. */
  tag: string;
  /** The bundle's name in the release. */
  id: string;
  /** The files, of the bundle of the documents. */
  paths?: string[];
  platform: string;
  /** The stage's private key, in PEM. */
  key: string;
}

const layerType = "application/vnd.oci.image.layer.v1.tar";
const configType = "application/vnd.oci.image.config.v1+json";

/**
 * Puts files of the work tree into the registry, as an image with one layer and nothing to run: so every registry keeps them, every Engine
 * pulls them, and they are copied and retired as other images are. They go over as a stream, twice read: an upload begins with its digest.
 *
 * @param root the project's folder
 * @param known the digest that the last run of this step came to
 * @throws Error naming a file that is another than the preview saw, or that changes meanwhile
 */
export async function bundle(
  input: BundleInput,
  say: Say,
  root = process.cwd(),
  known = lastDigest(input.tag),
): Promise<ImageResult> {
  const { repository, tag, id, paths, platform, key } = input;
  const registry = await connect(input.registry, say);
  const held = await heldContent(registry, repository, tag, key, known);
  if (held) {
    say("the registry has these files already");
    await signContent(registry, repository, tag, held.digest, key);
    return { digest: held.digest, tag };
  }
  const former = await formerlyTagged(registry, repository, tag);
  if (former !== undefined) {
    say("the registry has these files already, under the shorter tag of before");
    await signContent(registry, repository, tag, former, key);
    return { digest: former, tag };
  }
  const { found, mode, absolute, bounds } = contentOf(root, id, paths);
  const source: TarSource = { found, key: calledBy(tag).key, mode, absolute, bounds, at: wholeSecond(new Date()) };
  const layer = await measured(source, id, tag);
  say(`uploading ${formatSize(layer.size)}`);
  if (!(await registry.hasBlob(repository, layer.digest))) {
    await registry
      .putBlob(repository, layer, () => tarOf(source))
      .catch((error: Error) => {
        throw /^Its source delivered/.test(error.message) ? changed(id) : error;
      });
  }
  const digest = await putImage(registry, repository, tag, layer, platform);
  await signContent(registry, repository, tag, digest, key);
  say(`put into ${repository}@${digest}`);
  return { digest, tag };
}

/** Reads everything once, for the layer's digest, and makes sure that it is what was planned. */
async function measured(source: TarSource, id: string, tag: string): Promise<BlobName> {
  const hashes = new Map<string, string>();
  const hash = createHash("sha256");
  let size = 0;
  for await (const piece of tarOf(source, (path, digest) => hashes.set(path, digest))) {
    hash.update(piece);
    size += piece.byteLength;
  }
  if (tagOf(source.found, source.mode, (path) => hashes.get(path) ?? "") !== tag) {
    throw changed(id);
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

function changed(id: string): Error {
  const what = id === documents ? "The files that describe the application are" : `${id} is`;
  return new Error(`${what} not what the preview saw: run the command again once nothing changes it any more.`);
}

async function putImage(
  registry: Registry,
  repository: string,
  tag: string,
  layer: BlobName,
  platform: string,
): Promise<string> {
  const { os, architecture, variant } = parsePlatform(platform);
  const config = await registry.putBytes(
    repository,
    encode({ os, architecture, variant, config: {}, rootfs: { type: "layers", diff_ids: [layer.digest] } }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: ociManifestType,
    config: { mediaType: configType, ...config },
    layers: [{ mediaType: layerType, ...layer }],
  };
  return registry.putManifest(repository, tag, { mediaType: ociManifestType, bytes: encode(manifest) });
}

/** Archives have no parts of a second. */
function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000);
}

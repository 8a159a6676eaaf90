import { type Registry } from "./registry";
import { copyBlob, type Place } from "./copyBlob";
import { each } from "./concurrency";
import { imagesOf } from "./indexes";
import { type Manifest, isImageType, isIndexType, readImage } from "./manifest";
import { type Platform, bestFor, formatPlatform, platformOfConfig, runsOn } from "./platform";
import { type ImageReference } from "./reference";

/** The progress of one blob of an image. */
export interface CopyProgress {
  /** The blob's digest and size in bytes. */
  digest: string;
  size: number;
  /** `copying` while bytes go over, then how the blob came there: transferred, mounted, or present before. */
  state: "copying" | "copied" | "mounted" | "present";
  /** Bytes that have gone over so far. */
  sent: number;
}

/** An image to copy, with its origin and target. */
export interface CopyOptions {
  /** The image as `parseReference` reads it, and the registry (or mirror) that it is read from. */
  from: { reference: ImageReference; registry: Registry };
  /** The target; `tag` is put on the copy too. */
  to: { registry: Registry; repository: string; tag?: string };
  /** The machine's platform. */
  platform: Platform;
  onProgress?: (progress: CopyProgress) => void;
}

/** The copy. */
export interface CopiedImage {
  /** Digest of the platform's own manifest: the same in both registries. */
  digest: string;
  mediaType: string;
  /** The image's own platform, `linux/amd64`. */
  platform: string;
}

const concurrency = 3;

/**
 * Copies the image of one platform from registry to registry, manifests and blobs byte for byte, so that its digest
 * stays. Of an index only the manifest that fits the platform is copied, because a release names one platform. Blobs
 * that the target holds are skipped, so an interrupted copy goes on where it was. The manifest comes last, so an image
 * is never there in part.
 *
 * @throws Error naming the image where its platforms do not fit, or where a manifest or blob differs from its digest;
 *   RegistryError where a registry refuses or does not answer
 */
export async function copyImage(options: CopyOptions): Promise<CopiedImage> {
  const { from, to } = options;
  const name = nameOf(options);
  const kept = await keptCopy(options);
  const source = kept ? { registry: to.registry, repository: to.repository } : originOf(from);
  const { manifest, platform } = await choose(options, source, kept);
  const held = kept ?? (await to.registry.headManifest(to.repository, manifest.digest));
  if (!held) await copyManifest(manifest, name, source, to, options.onProgress);
  if (to.tag !== undefined) await tagImage(to.registry, to.repository, manifest, to.tag);
  return { digest: manifest.digest, mediaType: manifest.mediaType, platform: formatPlatform(platform) };
}

/**
 * Copies a single image's manifest with its blobs; the manifest comes last.
 *
 * @param name the image's name in errors
 */
export async function copyManifest(
  manifest: Manifest,
  name: string,
  from: Place,
  to: Place,
  onProgress?: CopyOptions["onProgress"],
): Promise<void> {
  const image = readImage(manifest, name);
  // A layer with addresses of its own (Windows' base) is fetched from there by the machine that runs it.
  const blobs = [image.config, ...image.layers.filter((layer) => !layer.urls?.length)];
  await each(blobs, concurrency, (blob) => copyBlob(blob, from, to, onProgress));
  await to.registry.putManifest(to.repository, manifest.digest, manifest);
}

/** Puts a tag on a manifest that its repository holds, unless it is on it already. */
export async function tagImage(registry: Registry, repository: string, manifest: Manifest, tag: string): Promise<void> {
  const head = await registry.headManifest(repository, tag);
  if (head?.digest !== manifest.digest) await registry.putManifest(repository, tag, manifest);
}

/** A single image that is asked for by digest and was copied before: its origin may even be out of reach. */
async function keptCopy({ from, to }: CopyOptions): Promise<Manifest | undefined> {
  const { digest } = from.reference;
  return digest === undefined ? undefined : to.registry.findManifest(to.repository, digest);
}

function originOf(from: CopyOptions["from"]): { registry: Registry; repository: string } {
  return { registry: from.registry, repository: from.reference.repository };
}

/** The one manifest that fits the wanted platform. */
async function choose(
  options: CopyOptions,
  source: { registry: Registry; repository: string },
  kept: Manifest | undefined,
): Promise<{ manifest: Manifest; platform: Platform }> {
  const name = nameOf(options);
  const { reference } = options.from;
  const asked = reference.digest ?? reference.tag ?? "latest";
  const manifest = kept ?? (await source.registry.getManifest(source.repository, asked));
  if (isIndexType(manifest.mediaType)) return chooseFromIndex(options, source, manifest);
  if (!isImageType(manifest.mediaType)) {
    const kind = manifest.mediaType || "unknown";
    throw new Error(
      `${name} has a manifest of kind ${kind}, which is not an image of today: push it again with a current Docker.`,
    );
  }
  const { config } = readImage(manifest, name);
  const platform = platformOfConfig(await readJson(source, config));
  if (platform === undefined)
    throw new Error(`${name} names no platform in its configuration: it is not an image that can run.`);
  if (!runsOn(platform, options.platform)) {
    throw new Error(
      `${name} is made for ${formatPlatform(platform)}, and ${formatPlatform(options.platform)} is wanted: ` +
        `choose an image or a machine that fits.`,
    );
  }
  return { manifest, platform };
}

async function chooseFromIndex(
  options: CopyOptions,
  source: { registry: Registry; repository: string },
  index: Manifest,
): Promise<{ manifest: Manifest; platform: Platform }> {
  const name = nameOf(options);
  const offered = imagesOf(index, name);
  const fitting = bestFor(offered, options.platform);
  if (!fitting) {
    const there = [...new Set(offered.map(({ platform }) => formatPlatform(platform)))].sort().join(", ") || "none";
    throw new Error(
      `${name} has no image for ${formatPlatform(options.platform)}, only for ${there}: choose an image or a machine that fits.`,
    );
  }
  return { manifest: await source.registry.getManifest(source.repository, fitting.digest), platform: fitting.platform };
}

async function readJson(
  { registry, repository }: { registry: Registry; repository: string },
  blob: { digest: string; size: number },
): Promise<unknown> {
  const bytes = await registry.readBlob(repository, blob);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function nameOf({ from: { reference, registry } }: CopyOptions): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `Image ${registry.address}/${reference.repository}${tag}${digest}`;
}

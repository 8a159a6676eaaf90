import { type Registry } from "../registry/client/registry";
import {
  type Descriptor,
  type ImageManifest,
  type Manifest,
  ociManifestType,
  readImage,
} from "../registry/client/manifest";

/** A document with files, as an OCI artifact: `oras pull` gives the files under their names. */
export interface Artifact {
  /** The type of the artifact, which is also the media type of its configuration. */
  type: string;
  /** Kept as the artifact's configuration, in JSON. */
  document: unknown;
  files: Record<string, Uint8Array>;
  /** Shown in lists, which read no further. */
  annotations: Record<string, string>;
}

const titleKey = "org.opencontainers.image.title";
const fileType = "application/octet-stream";

/**
 * Puts an artifact into a repository and, as the last step, a tag on it, so that a reader sees all of it or nothing.
 * The same artifact has the same digest at any time and place.
 *
 * @returns its digest
 */
export async function putArtifact(
  registry: Registry,
  repository: string,
  tag: string,
  artifact: Artifact,
): Promise<string> {
  const config = await registry.putBytes(repository, encode(artifact.document));
  const layers: Descriptor[] = [];
  for (const [path, content] of sorted(artifact.files)) {
    const blob = await registry.putBytes(repository, content);
    layers.push({ mediaType: fileType, ...blob, annotations: { [titleKey]: path } });
  }
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: ociManifestType,
    artifactType: artifact.type,
    config: { mediaType: artifact.type, ...config },
    layers,
    annotations: Object.fromEntries(sorted(artifact.annotations)),
  };
  return registry.putManifest(repository, tag, { mediaType: ociManifestType, bytes: encode(manifest) });
}

/**
 * Reads a manifest as an artifact's.
 *
 * @throws Error with the reason alone where it is none; the caller adds the name
 */
export function readArtifact(manifest: Manifest, type: string): ImageManifest {
  if (manifest.mediaType !== ociManifestType) throw new Error(`it is a ${manifest.mediaType || "thing unknown"}`);
  const image = readImage(manifest, "It");
  const found = image.artifactType ?? image.config.mediaType;
  if (found !== type) throw new Error(`it is a ${found}, not a ${type}`);
  return image;
}

/**
 * An artifact's document.
 *
 * @throws Error where it is not JSON, or differs from its digest
 */
export async function readDocument(
  registry: Registry,
  repository: string,
  { config }: ImageManifest,
): Promise<unknown> {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await registry.readBlob(repository, config)));
}

/** An artifact's files by their paths. */
export async function readFiles(
  registry: Registry,
  repository: string,
  { layers }: ImageManifest,
): Promise<Record<string, Uint8Array>> {
  const files = layers.map(async (layer): Promise<[string, Uint8Array]> => {
    const path = layer.annotations?.[titleKey];
    if (path === undefined) throw new Error(`one of its files (${layer.digest}) has no name`);
    return [path, await registry.readBlob(repository, layer)];
  });
  return Object.fromEntries(await Promise.all(files));
}

/** An error's message as part of a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").replace(/\.$/, "");
}

/** JSON with the keys of every object in order: equal values give equal bytes. */
export function encode(value: unknown): Uint8Array {
  const ordered = JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(sorted(part)) : part,
  );
  return new TextEncoder().encode(ordered);
}

function sorted<T>(map: Record<string, T> | object): [string, T][] {
  return Object.entries(map as Record<string, T>).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

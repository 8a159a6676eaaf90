/** A manifest as the registry keeps it. */
export interface Manifest {
  /** `sha256:…` of `bytes`, computed here. */
  digest: string;
  mediaType: string;
  /** Byte for byte: its digest is its name. */
  bytes: Uint8Array;
}

/** A blob or another manifest, as a manifest names it (OCI image specification, content descriptor). */
export interface Descriptor {
  mediaType: string;
  digest: string;
  /** Size in bytes. */
  size: number;
  annotations?: Record<string, string>;
  platform?: { os: string; architecture: string; variant?: string };
  /** Addresses of a layer that is kept elsewhere (Windows' base layers). */
  urls?: string[];
}

/** An image manifest, OCI's or Docker's schema 2: they have the same fields. */
export interface ImageManifest {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Record<string, string>;
}

/** An image index, or Docker's manifest list. */
export interface ImageIndex {
  manifests: Descriptor[];
}

/** The media type of OCI image manifests, which also hold artifacts of any kind. */
export const ociManifestType = "application/vnd.oci.image.manifest.v1+json";

const dockerManifestType = "application/vnd.docker.distribution.manifest.v2+json";
const indexTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Every kind of manifest that is read, as registries want it in an `Accept` header. */
export const acceptedManifests = [ociManifestType, dockerManifestType, ...indexTypes].join(", ");

/** Whether a media type is that of an index: one name for the images of several platforms. */
export function isIndexType(mediaType: string): boolean {
  return indexTypes.includes(mediaType);
}

/** Whether a media type is that of a single image (or artifact). */
export function isImageType(mediaType: string): boolean {
  return mediaType === ociManifestType || mediaType === dockerManifestType;
}

/**
 * Reads an index.
 *
 * @param name the manifest's name in the error
 * @throws Error naming it where its fields are not those of an index
 */
export function readIndex(manifest: Manifest, name: string): ImageIndex {
  const { manifests } = parse(manifest, name) as Partial<ImageIndex>;
  if (!Array.isArray(manifests) || !manifests.every(isDescriptor)) throw malformed(name, "its list of manifests");
  return { manifests };
}

/**
 * Reads a single image's manifest.
 *
 * @param name the manifest's name in the error
 * @throws Error naming it where its fields are not those of an image manifest
 */
export function readImage(manifest: Manifest, name: string): ImageManifest {
  const image = parse(manifest, name) as Partial<ImageManifest>;
  if (!isDescriptor(image.config)) throw malformed(name, "its configuration");
  if (!Array.isArray(image.layers) || !image.layers.every(isDescriptor)) throw malformed(name, "its layers");
  return image as ImageManifest;
}

function parse({ bytes }: Manifest, name: string): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Reported below.
  }
  throw malformed(name, "a JSON object");
}

function isDescriptor(value: unknown): value is Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  return typeof mediaType === "string" && /^sha(256|512):[0-9a-f]+$/.test(String(digest)) && typeof size === "number";
}

function malformed(name: string, part: string): Error {
  return new Error(`${name} has a malformed manifest: ${part} cannot be read; push it again.`);
}

import { type Registry } from "../../registry/client/registry";
import { type BlobName, digestOf } from "../../registry/client/digest";

const ociManifest = "application/vnd.oci.image.manifest.v1+json";
const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

/** An image to push in a test. */
export interface ImageSpec {
  platform: string;
  /** Contents of its layers. */
  layers: (string | BlobName)[];
  docker?: boolean;
  /** What it brings to its containers: the `config` of its configuration. */
  config?: object;
}

/** JSON as somebody else's tools write it: spaces and all have to stay as they are. */
export function loose(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, undefined, 3)}\n`);
}

/** Pushes an image under a tag, or by its digest alone; returns its digest. */
export async function pushImage(
  registry: Registry,
  repository: string,
  spec: ImageSpec,
  tag?: string,
): Promise<string> {
  const { digest, bytes, mediaType } = await prepare(registry, repository, spec);
  await registry.putManifest(repository, tag ?? digest, { mediaType, bytes });
  return digest;
}

/** Pushes an index of images (and an attestation, as buildx adds one); returns its digest. */
export async function pushIndex(
  registry: Registry,
  repository: string,
  tag: string,
  specs: ImageSpec[],
): Promise<string> {
  const manifests: unknown[] = [];
  for (const spec of [...specs, { platform: "unknown/unknown", layers: ["attestation"] }]) {
    const { digest, bytes, mediaType } = await prepare(registry, repository, spec);
    await registry.putManifest(repository, digest, { mediaType, bytes });
    const [os, architecture, variant] = spec.platform.split("/");
    manifests.push({ mediaType, digest, size: bytes.byteLength, platform: { os, architecture, variant } });
  }
  const mediaType = "application/vnd.oci.image.index.v1+json";
  return registry.putManifest(repository, tag, { mediaType, bytes: loose({ schemaVersion: 2, mediaType, manifests }) });
}

async function prepare(
  registry: Registry,
  repository: string,
  { platform, layers, docker, config: own }: ImageSpec,
): Promise<{ digest: string; bytes: Uint8Array; mediaType: string }> {
  const [os, architecture, variant] = platform.split("/");
  const config = await registry.putBytes(
    repository,
    loose({ architecture, os, variant, config: own, rootfs: { type: "layers" } }),
  );
  const blobs: BlobName[] = [];
  for (const layer of layers) {
    const known = typeof layer === "object";
    blobs.push(known ? layer : await registry.putBytes(repository, new TextEncoder().encode(layer)));
  }
  const mediaType = docker ? dockerManifest : ociManifest;
  const bytes = loose({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
    layers: blobs.map((blob) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...blob })),
  });
  return { digest: digestOf(bytes), bytes, mediaType };
}

import type { Registry } from "../../registry/client/registry";
import { type Descriptor, type ImageManifest, ociManifestType } from "../../registry/client/manifest";
import { encode } from "../artifact";

const configType = "application/vnd.oci.image.config.v1+json";
/** The annotation of a layer that holds its signature; empty where the layer is an envelope with signatures of its own. */
export const signatureAnnotation = "dev.cosignproject.cosign/signature";

/** A part of what lies beside a manifest. */
export interface Part {
  mediaType: string;
  content: Uint8Array;
  annotations: Record<string, string>;
}

/** The tag under which cosign keeps the signatures of a manifest, beside it. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** The tag under which cosign keeps the attestations of a manifest, beside it. */
export function attestationTag(digest: string): string {
  return `${digest.replace(":", "-")}.att`;
}

/** Whether a tag is that of something which is said of another manifest: its signatures or its attestations. */
export function isBeside(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}\.(sig|att)$/.test(tag);
}

/** Puts parts under such a tag, in the place of those that were there, in the form that cosign reads: an image with a layer for each. */
export async function putBeside(registry: Registry, repository: string, tag: string, parts: Part[]): Promise<void> {
  const layers: Descriptor[] = [];
  for (const { mediaType, content, annotations } of parts) {
    layers.push({ mediaType, ...(await registry.putBytes(repository, content)), annotations });
  }
  const rootfs = { type: "layers", diff_ids: layers.map(({ digest }) => digest) };
  const config = await registry.putBytes(repository, encode({ architecture: "", os: "", config: {}, rootfs }));
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: ociManifestType,
    config: { mediaType: configType, ...config },
    layers,
  };
  await registry.putManifest(repository, tag, { mediaType: ociManifestType, bytes: encode(manifest) });
}

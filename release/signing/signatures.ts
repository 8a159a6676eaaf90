import type { Registry } from "../../registry/client/registry";
import { type Descriptor, type ImageManifest, ociManifestType, readImage } from "../../registry/client/manifest";
import { encode } from "../artifact";
import type { PublicKey } from "./keys";
import { type Claim, readClaim, signClaim, type SignedClaim } from "./payload";

const payloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
const signatureKey = "dev.cosignproject.cosign/signature";
const configType = "application/vnd.oci.image.config.v1+json";
/** More than any release has, and few enough to be read in a moment. */
const most = 50;

/** A claim, and whose signature it bears. */
export interface Proven {
  claim: Claim;
  key: PublicKey;
}

/** The tag under which cosign keeps the signatures of a manifest, beside it. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** Whether a tag is that of something which is said of another manifest: its signatures or its attestations. */
export function isBeside(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}\.(sig|att)$/.test(tag);
}

/**
 * Signs a manifest, beside the signatures that it has; one that says the same by the same key is enough.
 *
 * @param privateKey in PEM
 * @param publicKey of the same pair
 */
export async function addSignature(
  registry: Registry,
  claim: Claim,
  privateKey: string,
  publicKey: PublicKey,
): Promise<void> {
  const { repository, digest } = claim;
  const signed = await readSigned(registry, repository, digest);
  if (signed.some((one) => isSame(readClaim(one, [publicKey])?.claim, claim))) return;
  await putSigned(registry, repository, digest, [...signed, signClaim(claim, privateKey)]);
}

/**
 * What is said of a manifest by the owners of some keys. A signature that was made for another manifest or repository says nothing of this one.
 *
 * @throws RegistryError where the registry does not answer
 */
export async function provenClaims(
  registry: Registry,
  repository: string,
  digest: string,
  keys: readonly PublicKey[],
): Promise<Proven[]> {
  const signed = await readSigned(registry, repository, digest);
  return signed
    .map((one) => readClaim(one, keys))
    .filter((proven) => proven !== undefined)
    .filter(({ claim }) => claim.digest === digest && claim.repository === repository);
}

/** Whether a manifest bears a signature at all, whosesoever it is. */
export async function isSigned(registry: Registry, repository: string, digest: string): Promise<boolean> {
  return (await readSigned(registry, repository, digest)).length > 0;
}

/** Copies the signatures of a manifest to another registry, beside those that it has there. */
export async function copySignatures(from: Registry, to: Registry, repository: string, digest: string): Promise<void> {
  const [there, here] = [await readSigned(from, repository, digest), await readSigned(to, repository, digest)];
  const missing = there.filter(({ signature }) => !here.some((one) => one.signature === signature));
  if (missing.length > 0) await putSigned(to, repository, digest, [...here, ...missing]);
}

/** The signatures as they are; none where there is none, or where what lies there is something else. */
async function readSigned(registry: Registry, repository: string, digest: string): Promise<SignedClaim[]> {
  const manifest = await registry.findManifest(repository, signatureTag(digest));
  const image = manifest && layersOf(() => readImage(manifest, "It"));
  const layers = (image?.layers ?? []).filter(({ mediaType }) => mediaType === payloadType).slice(0, most);
  const signed = await Promise.all(
    layers.map(async (layer) => {
      const signature = layer.annotations?.[signatureKey];
      return signature === undefined ? [] : [{ payload: await registry.readBlob(repository, layer), signature }];
    }),
  );
  return signed.flat();
}

function layersOf(read: () => ImageManifest): ImageManifest | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function putSigned(registry: Registry, repository: string, digest: string, signed: SignedClaim[]): Promise<void> {
  const layers: Descriptor[] = [];
  for (const { payload, signature } of signed) {
    const blob = await registry.putBytes(repository, payload);
    layers.push({ mediaType: payloadType, ...blob, annotations: { [signatureKey]: signature } });
  }
  const rootfs = { type: "layers", diff_ids: layers.map(({ digest }) => digest) };
  const config = await registry.putBytes(repository, encode({ architecture: "", os: "", config: {}, rootfs }));
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: ociManifestType,
    config: { mediaType: configType, ...config },
    layers,
  };
  const bytes = encode(manifest);
  await registry.putManifest(repository, signatureTag(digest), { mediaType: ociManifestType, bytes });
}

function isSame(one: Claim | undefined, other: Claim): boolean {
  return one !== undefined && Buffer.from(encode(one)).equals(Buffer.from(encode(other)));
}

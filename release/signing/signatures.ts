import type { Registry } from "../../registry/client/registry";
import { type ImageManifest, readImage } from "../../registry/client/manifest";
import { encode } from "../artifact";
import { putBeside, signatureAnnotation, signatureTag } from "./beside";
import { type PublicKey, publicKeyOf, publicKeysIn } from "./keys";
import { type Claim, readClaim, signClaim, type SignedClaim } from "./payload";

const payloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
/** More than any release has, and few enough to be read in a moment. */
const most = 50;

/** A claim, and whose signature it bears. */
export interface Proven {
  claim: Claim;
  key: PublicKey;
}

/**
 * Signs a manifest, beside the signatures that it has; one that says the same by the same key is enough.
 *
 * @param privateKey in PEM
 */
export async function addSignature(registry: Registry, claim: Claim, privateKey: string): Promise<void> {
  const { repository, digest } = claim;
  const own = publicKeysIn(publicKeyOf(privateKey), "The signer's key");
  const signed = await readSigned(registry, repository, digest);
  if (signed.some((one) => isSame(readClaim(one, own)?.claim, claim))) return;
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
      const signature = layer.annotations?.[signatureAnnotation];
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

function putSigned(registry: Registry, repository: string, digest: string, signed: SignedClaim[]): Promise<void> {
  const parts = signed.map(({ payload, signature }) => ({
    mediaType: payloadType,
    content: payload,
    annotations: { [signatureAnnotation]: signature },
  }));
  return putBeside(registry, repository, signatureTag(digest), parts);
}

function isSame(one: Claim | undefined, other: Claim): boolean {
  return one !== undefined && Buffer.from(encode(one)).equals(Buffer.from(encode(other)));
}

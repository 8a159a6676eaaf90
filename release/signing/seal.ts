import { digestOf } from "../../registry/client/digest";
import { type PublicKey, publicKeyOf, publicKeysIn } from "./keys";
import { readClaim, signClaim } from "./payload";

/** By what a stage knows the documents that the ledger keeps of it as its own. */
export interface Seal {
  /** The stage whose documents they are; those of others are read as they are. */
  stage: string;
  /** Whose signatures count. */
  keys: readonly PublicKey[];
  /** The key, in PEM, that signs what is written; undefined for a reader. */
  privateKey?: string;
  /** The digest that the stage's state has of a document, by its kind's file: an older one is not taken for it. */
  recorded?: Readonly<Record<string, string | undefined>>;
  /** Whether what is there is taken as it is, once, to be signed. */
  takesOver?: boolean;
}

/** The seal of a step, which has the stage's private key. */
export function sealOf(stage: string, privateKey: string, more: Partial<Seal> = {}): Seal {
  return { stage, privateKey, keys: publicKeysIn(publicKeyOf(privateKey), "The stage's key"), ...more };
}

/** A document as it lies in the ledger. */
export interface SealedDocument {
  /** Where: `<project>/ledger:<tag>`. */
  place: string;
  content: Uint8Array;
  /** Base64 of what is signed and of the signature, as {@link sealAnnotations} wrote them. */
  annotations: Readonly<Record<string, string>>;
  /** The digests of what this document was before, the last one last. */
  earlier: readonly string[];
}

const payloadKey = "vnd.slipway.payload";
const signatureKey = "vnd.slipway.signature";

/** The annotations that carry a document's signature. */
export function sealAnnotations(place: string, content: Uint8Array, privateKey: string): Record<string, string> {
  const { payload, signature } = signClaim({ repository: place, digest: digestOf(content), says: {} }, privateKey);
  return { [payloadKey]: Buffer.from(payload).toString("base64"), [signatureKey]: signature };
}

/**
 * Says why a document is not what its stage wrote last; undefined where it is.
 *
 * @param recorded the digest that the stage's state has of it; undefined: none yet
 */
export function brokenSeal(
  { place, content, annotations, earlier }: SealedDocument,
  keys: readonly PublicKey[],
  recorded: string | undefined,
): string | undefined {
  const [payload, signature] = [annotations[payloadKey], annotations[signatureKey]];
  if (payload === undefined || signature === undefined) return "it bears no signature";
  const proven = readClaim({ payload: Buffer.from(payload, "base64"), signature }, keys);
  if (!proven) return "its signature is not by the stage's key";
  const digest = digestOf(content);
  if (proven.claim.repository !== place || proven.claim.digest !== digest)
    return "its signature is for another document";
  if (recorded !== undefined && recorded !== digest && !earlier.includes(recorded)) {
    return `it is older than what the stage wrote last (${recorded.slice(0, 19)})`;
  }
  return undefined;
}

import { sign as signBytes, verify as verifyBytes } from "node:crypto";
import { z } from "zod";
import { encode } from "../artifact";
import type { PublicKey } from "./keys";

/** What a signature says. */
export interface Claim {
  /** The repository, without the registry's host, which may be another one for each machine. */
  repository: string;
  /** `sha256:…` of the manifest, or of the file, that is signed. */
  digest: string;
  /** More that it says, by name. */
  says: Record<string, string>;
}

/** A claim with its signature. */
export interface SignedClaim {
  /** The signed bytes. */
  payload: Uint8Array;
  /** Base64. */
  signature: string;
}

const type = "cosign container image signature";

const simpleSigning = z.looseObject({
  critical: z.looseObject({
    identity: z.looseObject({ "docker-reference": z.string() }),
    image: z.looseObject({ "docker-manifest-digest": z.string() }),
    type: z.literal(type),
  }),
  optional: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Signs a claim as cosign does: the payload is simple signing's JSON
 * (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md), the signature is over its SHA-256.
 *
 * @param privateKey in PEM
 */
export function signClaim({ repository, digest, says }: Claim, privateKey: string): SignedClaim {
  const payload = encode({
    critical: { identity: { "docker-reference": repository }, image: { "docker-manifest-digest": digest }, type },
    optional: says,
  });
  return { payload, signature: signBytes("sha256", payload, privateKey).toString("base64") };
}

/**
 * Reads a claim that one of the keys signed.
 *
 * @returns undefined where none of them did, or where what is signed is no claim
 */
export function readClaim(
  { payload, signature }: SignedClaim,
  keys: readonly PublicKey[],
): { claim: Claim; key: PublicKey } | undefined {
  const key = keys.find((one) => isSignedBy(payload, signature, one));
  const parsed = key && simpleSigning.safeParse(parse(payload));
  if (!key) return undefined;
  if (!parsed?.success) return undefined;
  const { critical, optional } = parsed.data;
  const says = Object.entries(optional ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    key,
    claim: {
      repository: critical.identity["docker-reference"],
      digest: critical.image["docker-manifest-digest"],
      says: Object.fromEntries(says),
    },
  };
}

/** Whether a key made a signature over these bytes. */
export function isSignedBy(payload: Uint8Array, signature: string, { key }: PublicKey): boolean {
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  try {
    return verifyBytes(algorithm, payload, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

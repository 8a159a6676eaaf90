import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** A pair of keys, each in PEM. */
export interface KeyPair {
  /** PKCS #8. */
  privateKey: string;
  /** SubjectPublicKeyInfo, as cosign and OpenSSL read it. */
  publicKey: string;
}

/** A key by which signatures are checked. */
export interface PublicKey {
  /** Tells it from any other: the first 16 hexadecimal digits of the SHA-256 of its DER form. */
  id: string;
  pem: string;
  key: KeyObject;
}

/** Makes a key pair of cosign's default kind: ECDSA on the curve P-256 (https://docs.sigstore.dev/cosign/key_management/overview/). */
export function generateKeys(): KeyPair {
  return generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

/** The public key that belongs to a private one, in PEM. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" }).toString();
}

/**
 * Reads public keys.
 *
 * @param text one or more PEM blocks; text between them is for people
 * @param place where the text is from, for errors
 * @throws Error naming the place where it holds no key, a private one, or one that cannot be read
 */
export function publicKeysIn(text: string, place: string): PublicKey[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new Error(
      `${place} holds a private key: write the public one there, and replace the pair, since it may have been seen.`,
    );
  }
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) {
    throw new Error(`${place} holds no public key: it has to begin with -----BEGIN PUBLIC KEY-----.`);
  }
  return blocks.map((pem) => {
    try {
      const key = createPublicKey(pem);
      return { id: idOf(key), pem: key.export({ type: "spki", format: "pem" }).toString(), key };
    } catch {
      throw new Error(`${place} holds a public key that cannot be read: copy it anew from where it was made.`);
    }
  });
}

function idOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
}

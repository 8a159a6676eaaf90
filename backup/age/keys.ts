import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";
import { fromBech32, toBech32 } from "../../settings/bech32";

/** The beginning of every private key of X25519 in its form for keys (RFC 8410): behind it come 32 bytes. */
const pkcs8 = Buffer.from("302e020100300506032b656e04220420", "hex");

/** How age writes a private key (https://age-encryption.org/v1, "X25519"): upper case. */
const prefix = "age-secret-key-";

/** A private key as age writes it: `AGE-SECRET-KEY-1…`. */
export type Identity = string;

/**
 * The private key that a stage's backups are read with. It is made from the key that the stage signs with, so it is kept wherever that one
 * is, and a stage of a version before has it already; the way back is closed (HKDF, RFC 5869), so who reads backups can sign nothing.
 *
 * @param signingKey PEM, as the state has it
 */
export function backupIdentity(signingKey: string): Identity {
  const secret = hkdfSync("sha256", signingKey.trim(), "", "slipway/backups/age/X25519", 32);
  return toBech32(prefix, new Uint8Array(secret)).toUpperCase();
}

/** The private key in an identity; undefined where it is none. */
export function identityKey(identity: Identity): KeyObject | undefined {
  const found = fromBech32(identity);
  if (found?.prefix !== prefix || found.bytes.length !== 32) return undefined;
  return createPrivateKey({ key: Buffer.concat([pkcs8, found.bytes]), format: "der", type: "pkcs8" });
}

/** The public key of 32 bytes that belongs to a private one. */
export function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32);
}

/**
 * The recipient that belongs to an identity: what a backup is encrypted for.
 *
 * @throws Error where it is none
 */
export function recipientOf(identity: Identity): string {
  const key = identityKey(identity);
  if (!key) throw new Error("This is no private key of age.");
  return toBech32("age", publicBytes(key));
}

/**
 * The identities in a file such as `age-keygen` writes: one a line, beside comments.
 *
 * @param place where the text is from, for errors
 * @throws Error naming the place where it holds none, or something else
 */
export function identitiesIn(text: string, place: string): Identity[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const right = "a line AGE-SECRET-KEY-1…, as age-keygen and slipway backups --key write it";
  if (/^(age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE-----)/.test(text)) {
    throw new Error(`${place} is encrypted itself: name what age -d prints of it.`);
  }
  if (found.length === 0) throw new Error(`${place} holds no private key: it has to have ${right}.`);
  if (found.some((line) => line.startsWith("age1"))) {
    throw new Error(`${place} holds a public key, which reads nothing: it has to have ${right}.`);
  }
  // The line itself may be a secret.
  if (!found.every(identityKey))
    throw new Error(`${place} holds something else than private keys of age: it has to have ${right}.`);
  return found;
}

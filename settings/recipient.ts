import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";
import { fromBech32 } from "./bech32";

/** The beginning of every public key of X25519 in its form for keys (RFC 8410): behind it come 32 bytes. */
const spki = Buffer.from("302a300506032b656e032100", "hex");

/** What a public key of 32 bytes is to Node's crypto. */
export function x25519(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spki, bytes]), format: "der", type: "spki" });
}

/**
 * The public key in a recipient as age writes it (https://age-encryption.org/v1, "X25519").
 *
 * @returns undefined where the text is none
 */
export function recipientKey(text: string): Buffer | undefined {
  const found = fromBech32(text);
  return found?.prefix === "age" && found.bytes.length === 32 && text === text.toLowerCase() && agrees(found.bytes)
    ? found.bytes
    : undefined;
}

/** A few values are no keys: the same would come of everybody's secret. */
function agrees(bytes: Buffer): boolean {
  try {
    diffieHellman({ privateKey: generateKeyPairSync("x25519").privateKey, publicKey: x25519(bytes) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Why a text is no recipient that backups can be encrypted for.
 *
 * @returns undefined where it is one
 */
export function notRecipient(text: string): string | undefined {
  const right = "a public key of age, age1…, as age-keygen -y key.txt prints it";
  if (/^age-secret-key-/i.test(text)) {
    return `${right}, and no private one, which is to be replaced, since it may have been seen`;
  }
  if (recipientKey(text)) return undefined;
  if (/^(ssh-|ecdsa-|age1[a-z0-9]+1)/.test(text))
    return `${right}: keys of SSH and of age's plugins are not known here`;
  return text.startsWith("age1") ? `${right}: a character of this one is wrong or missing` : right;
}

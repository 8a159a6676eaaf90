import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** Keeps a stage's secrets, in settings and in state. */
export interface Cipher {
  encrypt(text: string): string;
  /** @throws Error where the passphrase is not the one that it was encrypted with */
  decrypt(text: string): string;
}

/**
 * Encryption with a passphrase, in the form of Pulumi's passphrase secrets provider, so that one settings file serves both:
 * AES-256-GCM with a key by PBKDF2 (SHA-256, a million rounds), written as `v1:<nonce>:<ciphertext and tag>`
 * (pulumi/pulumi: sdk/go/common/resource/config/crypt.go). The key is made when it is first needed.
 *
 * @param salt as `encryptionsalt` of the settings has it: `v1:<salt>:<a known text, encrypted>`; undefined: a new one
 * @param onSalt is given a new salt, which belongs into the settings
 */
export function passphraseCipher(salt: string | undefined, onSalt: (salt: string) => void): Cipher {
  let key: Buffer | undefined;
  const opened = (): Buffer => (key ??= salt === undefined ? made() : checked(salt));
  const made = (): Buffer => {
    const bytes = randomBytes(8);
    const fresh = derive(bytes);
    onSalt(`v1:${bytes.toString("base64")}:${encrypt(fresh, known)}`);
    return fresh;
  };
  return {
    encrypt: (text) => encrypt(opened(), text),
    decrypt: (text) => decrypt(opened(), text),
  };
}

const known = "pulumi";

function checked(salt: string): Buffer {
  const [version, bytes = "", ...text] = salt.split(":");
  if (version !== "v1") throw new Error("encryptionsalt in the stage's settings is of a kind that is not known here.");
  const key = derive(Buffer.from(bytes, "base64"));
  if (decrypt(key, text.join(":")) !== known) throw wrong();
  return key;
}

function derive(salt: Buffer): Buffer {
  return pbkdf2Sync(passphrase(), salt, 1_000_000, 32, "sha256");
}

function passphrase(): string {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (text !== undefined) return text;
  if (file !== undefined) return readFileSync(file, "utf8").trimEnd();
  throw new Error(
    "The stage has secrets, and there is no passphrase to keep them with: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
  );
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${bytes.toString("base64")}`;
}

function decrypt(key: Buffer, text: string): string {
  const [, nonce = "", bytes = ""] = text.split(":");
  const all = Buffer.from(bytes, "base64");
  const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  cipher.setAuthTag(all.subarray(-16));
  try {
    return Buffer.concat([cipher.update(all.subarray(0, -16)), cipher.final()]).toString("utf8");
  } catch {
    throw wrong();
  }
}

function wrong(): Error {
  return new Error(
    "The passphrase is not the one that the stage's secrets were encrypted with: look at PULUMI_CONFIG_PASSPHRASE and PULUMI_CONFIG_PASSPHRASE_FILE.",
  );
}

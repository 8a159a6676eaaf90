import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";
import { recipientKey, x25519 } from "../../settings/recipient";
import { publicBytes } from "./keys";

/** The first line of every file of age (https://age-encryption.org/v1, https://c2sp.org/age). */
const version = "age-encryption.org/v1";

/** The most bytes that a header may have here: some thousand recipients. */
export const longestHeader = 256 * 1024;

/** One recipient's part of a header. */
interface Stanza {
  words: string[];
  body: Buffer;
}

/** HKDF with SHA-256, to 32 bytes. */
export function derived(secret: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, 32));
}

/**
 * The head of a file that its recipients can read.
 *
 * @param fileKey 16 random bytes, of this file alone
 * @param recipients `age1…`, at least one
 * @throws Error naming one that is none
 */
export function header(fileKey: Buffer, recipients: readonly string[]): Buffer {
  if (recipients.length === 0) throw new Error("There is no key to encrypt for.");
  const lines = recipients.flatMap((recipient) => {
    const key = recipientKey(recipient);
    if (!key) throw new Error(`${recipient} is no public key of age.`);
    const own = generateKeyPairSync("x25519");
    const share = publicBytes(own.privateKey);
    const secret = diffieHellman({ privateKey: own.privateKey, publicKey: x25519(key) });
    return [`-> X25519 ${base64(share)}`, base64(sealed(wrapping(secret, share, key), fileKey))];
  });
  const text = [version, ...lines, "---"].join("\n");
  return Buffer.from(`${text} ${base64(authentic(fileKey, text))}\n`);
}

/**
 * The key of a file.
 *
 * @param bytes the file's beginning
 * @returns undefined where the header has not come to its end yet; else also how many bytes it has
 * @throws Error where it is no header, has been altered, or none of the keys fits
 */
export function opened(bytes: Buffer, keys: readonly KeyObject[]): { fileKey: Buffer; length: number } | undefined {
  if (!version.startsWith(bytes.subarray(0, version.length).toString("latin1"))) {
    throw new Error("this is no file of age");
  }
  const end = bytes.indexOf("\n--- ");
  const length = end < 0 ? 0 : bytes.indexOf("\n", end + 1) + 1;
  if (length === 0) {
    if (bytes.length > longestHeader) throw new Error("its header does not end");
    return undefined;
  }
  const text = bytes.subarray(0, end + 4).toString("latin1");
  const mac = unbase64(bytes.subarray(end + 5, length - 1).toString("latin1"));
  const fileKey = stanzas(text).flatMap((stanza) => keys.flatMap((key) => unwrapped(stanza, key) ?? []))[0];
  if (!fileKey) throw new Error("none of the keys at hand fits");
  if (mac.length !== 32 || !timingSafeEqual(mac, authentic(fileKey, text))) throw new Error("its header was altered");
  return { fileKey, length };
}

function stanzas(text: string): Stanza[] {
  const lines = text.split("\n").slice(1, -1);
  const found: Stanza[] = [];
  for (let at = 0; at < lines.length;) {
    const words = lines[at++]?.split(" ") ?? [];
    if (words[0] !== "->" || words.length < 2) throw new Error("its header was altered");
    let body = "";
    for (let whole = true; whole;) {
      const line = lines[at++];
      if (line === undefined || line.length > 64) throw new Error("its header was altered");
      body += line;
      whole = line.length === 64;
    }
    found.push({ words: words.slice(1), body: unbase64(body) });
  }
  return found;
}

function unwrapped({ words: [kind, given], body }: Stanza, key: KeyObject): Buffer | undefined {
  if (kind !== "X25519" || given === undefined) return undefined;
  const share = unbase64(given);
  if (share.length !== 32 || body.length !== 32) throw new Error("its header was altered");
  const secret = agreed(key, share);
  const decipher = createDecipheriv("chacha20-poly1305", wrapping(secret, share, publicBytes(key)), Buffer.alloc(12), {
    authTagLength: 16,
  });
  decipher.setAuthTag(body.subarray(16));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, 16)), decipher.final()]);
  } catch {
    // It is another recipient's.
    return undefined;
  }
}

function agreed(privateKey: KeyObject, share: Buffer): Buffer {
  try {
    return diffieHellman({ privateKey, publicKey: x25519(share) });
  } catch (error) {
    throw new Error("its header was altered", { cause: error });
  }
}

function wrapping(secret: Buffer, share: Buffer, recipient: Buffer): Buffer {
  return derived(secret, Buffer.concat([share, recipient]), "age-encryption.org/v1/X25519");
}

/** Each such key is used once, hence the fixed nonce. */
function sealed(key: Buffer, text: Buffer): Buffer {
  const cipher = createCipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: 16 });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function authentic(fileKey: Buffer, text: string): Buffer {
  return createHmac("sha256", derived(fileKey, Buffer.alloc(0), "header"))
    .update(text, "latin1")
    .digest();
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

/** Only the one text that stands for these bytes is taken. */
function unbase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (base64(bytes) !== text) throw new Error("its header was altered");
  return bytes;
}

import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from "node:crypto";
import { derived, header, opened } from "./header";

/** The size in bytes of the pieces that a file is encrypted in, and of what proves each of them (https://c2sp.org/age, "Payload"). */
const piece = 64 * 1024;
const proof = 16;

const algorithm = "chacha20-poly1305";

/**
 * Encrypts a stream of bytes in the format of age.
 *
 * @param recipients `age1…`: each of their keys reads it
 */
export async function* encrypted(plain: AsyncIterable<Buffer>, recipients: readonly string[]): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(16);
  const nonce = randomBytes(16);
  yield Buffer.concat([header(fileKey, recipients), nonce]);
  const key = derived(fileKey, nonce, "payload");
  let number = 0;
  for await (const { bytes, isLast } of pieces(plain, piece)) {
    const cipher = createCipheriv(algorithm, key, counted(number++, isLast), { authTagLength: proof });
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/**
 * Decrypts a stream of bytes in the format of age. What it gives was proved, piece by piece; that nothing is missing shows at its end.
 *
 * @param keys private keys, of which one has to fit
 * @throws Error where none fits, or where a byte is another one or missing
 */
export async function* decrypted(cipher: AsyncIterable<Buffer>, keys: readonly KeyObject[]): AsyncGenerator<Buffer> {
  const source = cipher[Symbol.asyncIterator]();
  let begun = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const { value, done } = await source.next();
    if (done) throw new Error("it ends too early");
    begun = Buffer.concat([begun, value as Buffer]);
  };
  let head = opened(begun, keys);
  for (; !head; head = opened(begun, keys)) await more();
  while (begun.length < head.length + 16) await more();
  const key = derived(head.fileKey, begun.subarray(head.length, head.length + 16), "payload");
  const rest = async function* (first: Buffer): AsyncGenerator<Buffer> {
    yield first;
    yield* { [Symbol.asyncIterator]: () => source };
  };
  let number = 0;
  for await (const { bytes, isLast } of pieces(rest(begun.subarray(head.length + 16)), piece + proof)) {
    // Nothing but an empty file has an empty piece.
    if (bytes.length < proof || (isLast && number > 0 && bytes.length === proof)) throw new Error("it ends too early");
    const decipher = createDecipheriv(algorithm, key, counted(number++, isLast), { authTagLength: proof });
    decipher.setAuthTag(bytes.subarray(-proof));
    const plain = decipher.update(bytes.subarray(0, -proof));
    try {
      decipher.final();
    } catch (error) {
      throw new Error("it was altered, or ends too early", { cause: error });
    }
    yield plain;
  }
}

/** Each piece's own nonce: its number, and whether it is the last. */
function counted(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Cuts a stream into pieces of a size in bytes; the last may be shorter, and is empty only where it is the only one. */
async function* pieces(
  stream: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const bytes of stream) {
    held.push(bytes);
    length += bytes.length;
    if (length <= size) continue;
    const all = Buffer.concat(held);
    let at = 0;
    // A whole piece may be the last one, which only its successor tells.
    for (; all.length - at > size; at += size) yield { bytes: all.subarray(at, at + size), isLast: false };
    held = [all.subarray(at)];
    length = all.length - at;
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}

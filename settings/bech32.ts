const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/**
 * Bytes as text with a check sum, as Bech32 writes them (https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki), which age's
 * keys are written in; of any length, as there.
 *
 * @param prefix in lower case: what stands before the last `1`
 */
export function toBech32(prefix: string, bytes: Uint8Array): string {
  const values = regrouped(bytes, 8, 5, true);
  const sum = polymod([...expanded(prefix), ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >> shift) & 31);
  return `${prefix}1${[...values, ...check].map((value) => alphabet[value]).join("")}`;
}

/**
 * Reads what {@link toBech32} writes, in lower or upper case.
 *
 * @returns undefined where the text is none, or a character of it is another one
 */
export function fromBech32(text: string): { prefix: string; bytes: Buffer } | undefined {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return undefined;
  const small = text.toLowerCase();
  const at = small.lastIndexOf("1");
  const prefix = small.slice(0, at);
  const values = [...small.slice(at + 1)].map((letter) => alphabet.indexOf(letter));
  if (at < 1 || values.length < 6 || values.includes(-1) || !/^[\x21-\x7e]+$/.test(prefix)) return undefined;
  if (polymod([...expanded(prefix), ...values]) !== 1) return undefined;
  const data = values.slice(0, -6);
  const bytes = regrouped(data, 5, 8, false);
  // What is left over has to be empty, or there would be several texts for the same bytes.
  const rest = (data.length * 5) % 8;
  if (rest >= 5 || ((data.at(-1) ?? 0) & ((1 << rest) - 1)) !== 0) return undefined;
  return { prefix, bytes: Buffer.from(bytes) };
}

function polymod(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const top = sum >>> 25;
    return generators.reduce(
      (next, generator, bit) => ((top >> bit) & 1 ? next ^ generator : next),
      ((sum & 0x1ffffff) << 5) ^ value,
    );
  }, 1);
}

function expanded(prefix: string): number[] {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** The same bits in groups of another size. */
function regrouped(values: Iterable<number>, from: number, to: number, pads: boolean): number[] {
  const found: number[] = [];
  let [held, bits] = [0, 0];
  for (const value of values) {
    held = ((held << from) | value) & 0xfff;
    bits += from;
    for (; bits >= to; bits -= to) found.push((held >> (bits - to)) & ((1 << to) - 1));
  }
  if (pads && bits > 0) found.push((held << (to - bits)) & ((1 << to) - 1));
  return found;
}

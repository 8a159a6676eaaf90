/** What a terminal takes as a sequence, as far as it is whole: strings such as a window's title (within a line), CSI, and the shorter ones. */
const sequences =
  // eslint-disable-next-line no-control-regex -- what is taken out are control characters
  /(?:\x1b[\]P^_X]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

/** What moves to the beginning of a line, or to another one. */
const lineEnds = /\r\n?|[\u2028\u2029]/g;

/** What is left that a terminal obeys, and what turns the direction of text. */
const controls = /(?![\n\t])[\p{Cc}\p{Bidi_C}]/gu;

/** How the name of a colour begins in what Pulumi shows; one that it does not know ends its command at once, with the update (sdk/go/common/diag/colors). */
const colour = /<\{(?=%)/g;

/**
 * What may reach a terminal of a text that somebody else wrote, such as a container's log, a registry's answer or a field of a record. The
 * text stays, but for what a terminal would obey and not show: sequences (ECMA-48: CSI, OSC and their kind), C0 and C1 control characters
 * but line feed and tab, and Unicode's Bidi_Control. A bare carriage return begins a new line, so that nothing is written over.
 *
 * @returns the text; of a whole, several lines stay several lines
 */
export function printable(text: string): string {
  const shown = text.replace(sequences, "").replace(lineEnds, "\n").replace(controls, "");
  return shown.replace(colour, "<{ ");
}

/** The same as a part of a line. */
export function printableOnOneLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}

/** A value as JSON of several lines, exactly: what may not reach a terminal stands there as JSON's own escapes. */
export function printableJson(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2)
    .replace(controls, escaped)
    .replace(/[\u2028\u2029]/g, escaped);
}

/**
 * An error with the words that may reach a terminal, in its stack too, which Pulumi shows where the program is wrong.
 *
 * @param error as it was thrown
 */
export function printableError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(printable(String(error)));
  error.message = printable(error.message);
  if (error.stack !== undefined) error.stack = printable(error.stack);
  return error;
}

/** Go's named classes of ASCII characters, as the inside of a class. */
const named: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/** Letters that stand for one character behind a backslash, by its code. */
const characters: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Letters that stand for several characters, as a class. */
const several: Readonly<Record<string, string>> = {
  d: "[0-9]",
  D: "[^0-9]",
  w: "[0-9A-Za-z_]",
  W: "[^0-9A-Za-z_]",
  s: "[\\t\\n\\f\\r ]",
  S: "[^\\t\\n\\f\\r ]",
};

/** Assertions that Go knows only outside of a class. */
const assertions: Readonly<Record<string, string>> = { A: "^", z: "$", b: "\\b", B: "\\B" };

/**
 * Translates a regular expression of Go's (https://pkg.go.dev/regexp/syntax) into one of JavaScript's, as far as
 * patterns of ignore files need it. The two differ in the members of a class, in named classes, and in the characters
 * that a dot leaves out.
 *
 * @throws SyntaxError for an expression that Go refuses, such as `[z-a]` or an unknown letter behind a backslash
 */
export function goRegExp(source: string): RegExp {
  let out = "";
  let at = 0;
  while (at < source.length) {
    const letter = letterAt(source, at);
    at += letter.length;
    if (letter === "[") {
      const read = readClass(source, at);
      out += read.text;
      at = read.end;
    } else if (letter === "\\") {
      const escaped = letterAt(source, at);
      at += escaped.length;
      out += assertions[escaped] ?? escapedCharacter(escaped).text;
    } else if (letter === "{") {
      // Braces without numbers are characters.
      const times = /^\{\d+(,\d*)?\}/.exec(source.slice(at - 1))?.[0];
      out += times ?? character(letter).text;
      at += (times?.length ?? 1) - 1;
    } else if (letter === ".") {
      out += "[^\\n]";
    } else {
      out += "^$()?*|".includes(letter) ? letter : character(letter).text;
    }
  }
  return new RegExp(out, "u");
}

/**
 * Reads a class from behind its bracket to its end. A bracket in the first place is a member, and so is one that names
 * no class.
 */
function readClass(source: string, begin: number): { text: string; end: number } {
  let at = begin;
  const isNegated = source[at] === "^";
  if (isNegated) at++;
  const parts: string[] = [];
  for (let isFirst = true; isFirst || source[at] !== "]"; isFirst = false) {
    const name = /^\[:(\^?)(\w+):\]/.exec(source.slice(at));
    if (name) {
      const members = named[name[2] ?? ""];
      if (members === undefined) throw new SyntaxError(`no class is called ${name[2]}`);
      parts.push(name[1] ? `[^${members}]` : `[${members}]`);
      at += name[0].length;
      continue;
    }
    const low = memberAt(source, at);
    at = low.end;
    if (low.code !== undefined && source[at] === "-" && source[at + 1] !== "]") {
      const high = memberAt(source, at + 1);
      if (high.code === undefined || high.code < low.code) throw new SyntaxError("a range that ends too early");
      parts.push(`[${quote(low.code)}-${quote(high.code)}]`);
      at = high.end;
    } else {
      parts.push(low.text);
    }
  }
  const any = parts.join("|");
  return { text: isNegated ? `(?:(?!${any})[\\s\\S])` : `(?:${any})`, end: at + 1 };
}

/** One member of a class: a character, which has a code, or an escape for several characters. */
function memberAt(source: string, at: number): { text: string; end: number; code?: number } {
  const letter = letterAt(source, at);
  const end = at + letter.length;
  if (letter !== "\\") return { ...character(letter), end };
  const escaped = letterAt(source, end);
  return { ...escapedCharacter(escaped), end: end + escaped.length };
}

function escapedCharacter(letter: string): { text: string; code?: number } {
  const text = several[letter];
  if (text !== undefined) return { text };
  const code = characters[letter];
  if (code !== undefined) return { text: quote(code), code };
  // Behind a backslash, punctuation stands for itself. Go's other escapes, such as \\x41, do not occur in ignore files.
  if (/[A-Za-z0-9]|[^ -~]/.test(letter)) throw new SyntaxError(`\\${letter} stands for nothing`);
  return character(letter);
}

function character(letter: string): { text: string; code: number } {
  const code = letter.codePointAt(0) ?? 0;
  return { text: quote(code), code };
}

function letterAt(source: string, at: number): string {
  const code = source.codePointAt(at);
  if (code === undefined) throw new SyntaxError("it ends too early");
  return String.fromCodePoint(code);
}

/** A character as itself, in a class or out of it. */
function quote(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

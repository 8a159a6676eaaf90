import { type Lookup, TemplateError, fill } from "./template";

/** A line of an env file. */
export interface EnvEntry {
  name: string;
  value: string;
  /** Where it begins; counts from 1. */
  line: number;
  /** Variables that were looked up for it, without those that the file sets itself. */
  variables: string[];
}

/** An env file that cannot be read; `line` and `column` count from 1. */
export class EnvFileError extends Error {
  constructor(
    readonly line: number,
    reason: string,
    readonly column = 1,
  ) {
    super(reason);
  }
}

// Line ends are left out: they end a statement.
const blank = "[\\t\\v\\f\\r \\u0085\\u00a0]";
const keyName = /^[\p{L}\p{N}_.[\]-]*$/u;
const escapes: Record<string, string> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "\\": "\\",
};

/**
 * Reads an env file by the reference's rules (compose-go 2.9, package `dotenv`): `NAME=value`, `NAME: value`, `export
 * NAME=value`, a bare `NAME` that is taken from `lookup`; double quotes with escapes and variables, single quotes as
 * they are, unquoted values with variables up to ` #`.
 *
 * @param lookup where variables are looked up first, before the file's earlier lines
 * @param earlier where they are looked up last: the variables of files that were read before this one
 * @throws EnvFileError with the line and what is wrong there
 */
export function readEnvFile(text: string, lookup: Lookup, earlier: Lookup = () => undefined): EnvEntry[] {
  return new EnvReader(text.replace(/^\uFEFF/, ""), lookup, earlier).read();
}

/**
 * Reads an env file of the format `raw`, as `docker run --env-file` does: `NAME=value` taken literally, a bare `NAME` from
 * `lookup` (docker/cli, package `kvfile`).
 * @throws EnvFileError with the line and what is wrong there
 */
export function readRawEnvFile(text: string, lookup: Lookup): EnvEntry[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((line, index) => rawEntry(line, index + 1, lookup));
}

function rawEntry(written: string, line: number, lookup: Lookup): EnvEntry[] {
  const text = written.trimStart();
  if (text === "" || text.startsWith("#")) return [];
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  if (name === "" || /[ \t]/.test(name)) {
    throw new EnvFileError(
      line,
      `"${name}" is not a name: write NAME=value without spaces before the =`,
      written.length - text.length + 1,
    );
  }
  if (at >= 0) return [{ name, value: text.slice(at + 1), line, variables: [] }];
  const value = lookup(name);
  return value === undefined ? [] : [{ name, value, line, variables: [name] }];
}

class EnvReader {
  private at = 0;
  /** Where the present statement begins in its line; counts from 1. */
  private column = 1;
  private readonly entries: EnvEntry[] = [];
  private readonly values = new Map<string, string>();

  constructor(
    private readonly text: string,
    private readonly lookup: Lookup,
    private readonly earlier: Lookup,
  ) {}

  read(): EnvEntry[] {
    while (this.skipToStatement()) this.statement();
    return this.entries;
  }

  /** Moves to the next statement over blank lines and comments; false at the end of the file. */
  private skipToStatement(): boolean {
    this.take(/(?:\s|\u0085|#[^\n]*(?:\n|$))*/y);
    return this.at < this.text.length;
  }

  private statement(): void {
    const line = this.line();
    this.column = this.at - this.text.lastIndexOf("\n", this.at - 1);
    this.take(new RegExp(`export\\s+${blank}*`, "y"));
    const name = this.take(/[^=:\n]*/y).trimEnd();
    if (name.includes(" ")) throw new EnvFileError(line, `"${name}" is not a name: names have no spaces`, this.column);
    if (!keyName.test(name.replace(new RegExp(blank, "g"), ""))) {
      throw new EnvFileError(line, `"${name}" is not a name: write letters, digits and _`, this.column);
    }
    const separator = this.text[this.at];
    this.at++;
    if (separator === undefined || separator === "\n") this.inherit(name, line);
    else this.assign(name, line);
  }

  private inherit(name: string, line: number): void {
    const value = this.lookup(name);
    if (value !== undefined) this.add({ name, value, line, variables: [name] });
  }

  private assign(name: string, line: number): void {
    this.take(new RegExp(`${blank}*`, "y"));
    const quote = this.text[this.at];
    if (quote === '"' || quote === "'") {
      const raw = this.quoted(quote, line);
      this.add({ name, line, ...(quote === '"' ? this.expand(unescape(raw), line) : { value: raw, variables: [] }) });
      return;
    }
    const raw = this.take(/[^\n]*/y).split(" #", 1)[0] as string;
    this.add({ name, line, ...this.expand(raw.trimEnd(), line) });
  }

  /** The text between quotes; a backslash goes only in front of the quote itself. */
  private quoted(quote: string, line: number): string {
    const body = quote === '"' ? /"((?:[^"\\]|\\[^])*)"/y : /'((?:[^'\\]|\\[^])*)'/y;
    body.lastIndex = this.at;
    const match = body.exec(this.text);
    if (!match) throw new EnvFileError(line, `the ${quote} is not closed`, this.column);
    this.at = body.lastIndex;
    return (match[1] as string).replaceAll(`\\${quote}`, quote);
  }

  private expand(text: string, line: number): { value: string; variables: string[] } {
    try {
      const filled = fill(text, (name) => this.lookup(name) ?? this.values.get(name) ?? this.earlier(name));
      const foreign = (name: string): boolean => this.lookup(name) !== undefined || !this.values.has(name);
      return { value: filled.text, variables: filled.variables.filter(foreign) };
    } catch (error) {
      if (error instanceof TemplateError) throw new EnvFileError(line, error.message, this.column);
      throw error;
    }
  }

  private add(entry: EnvEntry): void {
    this.entries.push(entry);
    this.values.set(entry.name, entry.value);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text)?.[0] ?? "";
    this.at += match.length;
    return match;
  }

  private line(): number {
    return this.text.slice(0, this.at).split("\n").length;
  }
}

/**
 * The value of a double-quoted text. `\$` becomes `$$`, which is filled in as `$` later. An octal number begins with a
 * further 0 (`\0101` is an A); the reference removes that 0 also where no number follows.
 */
function unescape(text: string): string {
  return text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (match: string, letter?: string, octal?: string) => {
    if (letter === "$") return "$$";
    if (letter !== undefined) return escapes[letter] ?? match;
    return octal && /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(parseInt(octal, 8)) : `\\${octal ?? ""}`;
  });
}

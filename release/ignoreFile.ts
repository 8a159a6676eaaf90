import { posix } from "node:path";
import { goRegExp } from "./goRegExp";

/** A line of an ignore file that Docker cannot read. */
export class IgnoreLineError extends Error {
  /**
   * @param line its number, counted from 1
   * @param pattern its text
   */
  constructor(
    readonly line: number,
    readonly pattern: string,
    reason: string,
  ) {
    super(`"${pattern}" ${reason}`);
  }
}

/** One rule of an ignore file. */
interface Rule {
  /** The cleaned pattern, without the exclamation mark. */
  pattern: string;
  /** Whether it brings back paths that an earlier rule left out. */
  isException: boolean;
  matches: (path: string) => boolean;
}

/** The results of all rules for a folder: for each, whether it matched. They decide about the folder's content. */
export type Verdicts = readonly boolean[];

/**
 * The rules of a `.dockerignore`, read as Docker's own matcher reads them, which differs from git and the shell: a
 * pattern is relative to the context's root, `+ ( ) { } | $` are plain characters, and a rule that matched a folder
 * holds for everything in it.
 *
 * The rules: https://docs.docker.com/build/concepts/context/#syntax, Go's filepath.Match and regexp, and the
 * documentation of https://pkg.go.dev/github.com/moby/patternmatcher. A test compares them with what builds send.
 */
export class IgnoreRules {
  private constructor(private readonly rules: readonly Rule[]) {}

  /**
   * @param text the file's content
   * @throws IgnoreLineError for a pattern that Docker would refuse
   */
  static read(text: string): IgnoreRules {
    return new IgnoreRules(linesOf(text).map(({ pattern, line }) => ruleOf(pattern, line)));
  }

  /** These rules with further ones behind them, which win. Each is written as a line of an ignore file. */
  and(lines: readonly string[]): IgnoreRules {
    return new IgnoreRules([...this.rules, ...IgnoreRules.read(lines.join("\n")).rules]);
  }

  /**
   * Decides about a path.
   *
   * @param path relative to the context, with forward slashes
   * @param inFolder the results for the folder that it lies in; undefined at the top
   */
  judge(path: string, inFolder?: Verdicts): { ignored: boolean; verdicts: Verdicts } {
    let ignored = false;
    const verdicts = this.rules.map((rule, index) => {
      if (inFolder?.[index] !== true) {
        // A rule that would change nothing is skipped, and so has no effect further down either.
        if (rule.isException !== ignored || !rule.matches(path)) return false;
      }
      ignored = !rule.isException;
      return true;
    });
    return { ignored, verdicts };
  }

  /** Whether a path is ignored, by itself or together with a folder that it lies in. */
  ignores(path: string): boolean {
    let verdicts: Verdicts | undefined;
    let ignored = false;
    for (const folder of pathsTo(path)) ({ ignored, verdicts } = this.judge(folder, verdicts));
    return ignored;
  }

  /**
   * Whether the classic builder looks into an ignored folder: only where an exception begins with that folder's name.
   * So `!**`+`/keep` brings nothing back there, while BuildKit looks everywhere (moby/moby#45608).
   */
  classicEnters(folder: string): boolean {
    return this.rules.some(({ isException, pattern }) => isException && `${pattern}/`.startsWith(`${folder}/`));
  }

  /** Whether a file in an ignored folder may be brought back. */
  get hasExceptions(): boolean {
    return this.rules.some(({ isException }) => isException);
  }
}

/** A path and the folders that it lies in, from the top. */
export function pathsTo(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

/** The line of an ignore file that means exactly one path. */
export function ignoreLine(path: string): string {
  return `/${path.replaceAll(/[*?[\]\\!#|{}^]/g, String.raw`\$&`)}`;
}

/** Go's white space. */
const space = String.raw`[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const around = new RegExp(`^${space}|${space}$`, "gu");

function trim(text: string): string {
  return text.replaceAll(around, "");
}

/** The patterns in the lines of a file. Comments begin in the first column, and a slash in front has no meaning. */
function linesOf(text: string): { pattern: string; line: number }[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((written, index) => ({ written: written.replace(/\r$/, ""), line: index + 1 }))
    .filter(({ written }) => !written.startsWith("#") && trim(written) !== "")
    .map(({ written, line }) => {
      const trimmed = trim(written);
      const isException = trimmed.startsWith("!");
      const named = isException ? trim(trimmed.slice(1)) : trimmed;
      const cleaned = named === "" ? "" : clean(named);
      const inside = cleaned.length > 1 && cleaned.startsWith("/") ? cleaned.slice(1) : cleaned;
      return { pattern: (isException ? "!" : "") + inside, line };
    });
}

/** Go's filepath.Clean, which removes a slash at the end. */
function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

function ruleOf(written: string, line: number): Rule {
  const cleaned = clean(trim(written));
  const isException = cleaned.startsWith("!");
  const pattern = isException ? cleaned.slice(1) : cleaned;
  if (pattern === "") {
    throw new IgnoreLineError(line, written, "takes nothing back: write a pattern behind the exclamation mark");
  }
  try {
    if (!isTaken(pattern)) throw new SyntaxError("an open bracket");
    return { pattern, isException, matches: matcherOf(pattern) };
  } catch {
    throw new IgnoreLineError(
      line,
      written,
      "is no pattern: close its brackets, let a range begin with its smaller character as in [a-z], and write \\\\ for a backslash",
    );
  }
}

/**
 * Whether Go's filepath.Match accepts a pattern for the name ".", on which Docker tries each. It reads the pattern up
 * to the first star, and further only where the part before fits the name.
 */
function isTaken(pattern: string): boolean {
  const [first = "", second = ""] = piecesOf(pattern);
  if (!isWellFormed(first)) return false;
  return isWellFormed(second) || !fitsDot(first);
}

/** The pieces of a pattern between the stars outside of brackets. */
function piecesOf(pattern: string): string[] {
  const pieces = [""];
  let isInside = false;
  for (const [text] of pattern.replace(/^\*+/, "").matchAll(/\\[\s\S]|\*+|[\s\S]/gu)) {
    if (text === "[") isInside = true;
    if (text === "]") isInside = false;
    if (text.startsWith("*") && !isInside) pieces.push("");
    else pieces.push((pieces.pop() ?? "") + text);
  }
  return pieces;
}

/** Whether each bracket is closed and has members, and no backslash stands at the end. */
function isWellFormed(piece: string): boolean {
  const set = String.raw`\[(?:\^|(?!\^))(?:(?:\\[\s\S]|[^\\\]-])(?:-(?:\\[\s\S]|[^\\\]-]))?)+\]`;
  return new RegExp(String.raw`^(?:${set}|\\[\s\S]|[^\\[])*$`, "u").test(piece);
}

function fitsDot(piece: string): boolean {
  return (
    piece === "?" || piece === "." || piece === "\\." || (/^\[.*\]$/u.test(piece) && goRegExp(`^${piece}$`).test("."))
  );
}

/**
 * Characters that are plain in a pattern and special in a regular expression. Docker is meant to treat `|`, `{` and `}`
 * as plain, too, but does not: beside a wildcard they are Go's operators (`a*|b` matches paths that begin with a, and
 * paths that end with b).
 */
const plain = new Set(".+()$");

/**
 * A pattern's meaning. Docker translates some patterns into a regular expression of Go's, and compares texts for the
 * others. The two differ at the edges (`**x` matches `ax`, `**x?` does not match `axy`), so both are done here.
 */
function matcherOf(pattern: string): (path: string) => boolean {
  const letters = [...pattern];
  let kind: "exact" | "prefix" | "suffix" | "expression" = "exact";
  let expression = "";
  let at = 0;
  for (let turn = 0; at < letters.length; turn++) {
    const letter = letters[at++] as string;
    if (letter === "*" && letters[at] === "*") {
      at++;
      if (letters[at] === "/") at++;
      if (at < letters.length) {
        expression += "(.*/)?";
        kind = "expression";
      } else if (kind === "exact") {
        kind = "prefix";
      } else {
        expression += ".*";
        kind = "expression";
      }
      if (turn === 0) kind = "suffix";
    } else if (letter === "*") {
      expression += "[^/]*";
      kind = "expression";
    } else if (letter === "?") {
      expression += "[^/]";
      kind = "expression";
    } else if (plain.has(letter)) {
      expression += `\\${letter}`;
    } else if (letter === "\\") {
      expression += `\\${letters[at++] ?? ""}`;
      kind = "expression";
    } else {
      expression += letter;
      if (letter === "[" || letter === "]") kind = "expression";
    }
  }
  switch (kind) {
    case "exact":
      return (path) => path === pattern;
    case "prefix":
      return (path) => path.startsWith(pattern.slice(0, -2));
    case "suffix":
      return (path) => path.endsWith(pattern.slice(2)) || (pattern[2] === "/" && path === pattern.slice(3));
    case "expression": {
      const compiled = goRegExp(`^${expression}$`);
      return (path) => compiled.test(path);
    }
  }
}

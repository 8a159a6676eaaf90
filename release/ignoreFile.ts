import { posix } from "node:path";
import { goRegExp } from "./goRegExp";

/** A line of an ignore file that Docker cannot read. */
export class IgnoreLineError extends Error {
  /**
   * @param line which line, counted from 1
   * @param pattern what stands there
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
  /** Whether it takes back what an earlier rule left out. */
  isException: boolean;
  matches: (path: string) => boolean;
}

/** What the rules said of a folder, which decides about what lies in it: for each rule, whether it matched. */
export type Verdicts = readonly boolean[];

/**
 * The rules of a `.dockerignore`, read as Docker's own matcher reads them. It is neither git's nor the shell's: a pattern is relative
 * to the context's root, `+ ( ) { } | $` are plain characters, and a rule that matched a folder holds for everything in it.
 *
 * The rules: https://docs.docker.com/build/concepts/context/#syntax, Go's filepath.Match and regexp, and the documentation of
 * https://pkg.go.dev/github.com/moby/patternmatcher. A test compares them with what builds send.
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

  /** These rules with more behind them, which win. Each is written as a line of an ignore file. */
  and(lines: readonly string[]): IgnoreRules {
    return new IgnoreRules([...this.rules, ...IgnoreRules.read(lines.join("\n")).rules]);
  }

  /**
   * What becomes of a path.
   *
   * @param path relative to the context, with forward slashes
   * @param inFolder what was said of the folder that it lies in; undefined at the top
   */
  judge(path: string, inFolder?: Verdicts): { ignored: boolean; verdicts: Verdicts } {
    let ignored = false;
    const verdicts = this.rules.map((rule, index) => {
      if (inFolder?.[index] !== true) {
        // A rule that would change nothing is not asked, and so holds for nothing further down either.
        if (rule.isException !== ignored || !rule.matches(path)) return false;
      }
      ignored = !rule.isException;
      return true;
    });
    return { ignored, verdicts };
  }

  /** Whether a single path is ignored, by itself or with a folder that it lies in. */
  ignores(path: string): boolean {
    let verdicts: Verdicts | undefined;
    let ignored = false;
    for (const folder of pathsTo(path)) ({ ignored, verdicts } = this.judge(folder, verdicts));
    return ignored;
  }

  /**
   * Whether the classic builder looks into a folder that is ignored: only where an exception begins with the folder's very name. So
   * `!**`+`/keep` brings back nothing there, while BuildKit looks everywhere (moby/moby#45608).
   */
  classicEnters(folder: string): boolean {
    return this.rules.some(({ isException, pattern }) => isException && `${pattern}/`.startsWith(`${folder}/`));
  }

  /** Whether anything in a folder that is ignored may be taken back. */
  get hasExceptions(): boolean {
    return this.rules.some(({ isException }) => isException);
  }
}

/** A path and the folders that it lies in, from the top. */
export function pathsTo(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

/** A line of an ignore file that stands for a path and nothing else. */
export function ignoreLine(path: string): string {
  return `/${path.replaceAll(/[*?[\]\\!#|{}^]/g, String.raw`\$&`)}`;
}

/** What Go calls white space. */
const space = String.raw`[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const around = new RegExp(`^${space}|${space}$`, "gu");

function trim(text: string): string {
  return text.replaceAll(around, "");
}

/** The patterns that the lines of a file stand for: comments begin in the first column, a slash in front says nothing. */
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

/** Go's filepath.Clean, which takes a slash at the end away. */
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
 * Whether Go's filepath.Match takes a pattern for the name ".", which Docker tries each with. It looks at the pattern up to the first star,
 * and behind that only where what comes before fits the name.
 */
function isTaken(pattern: string): boolean {
  const [first = "", second = ""] = piecesOf(pattern);
  if (!isWellFormed(first)) return false;
  return isWellFormed(second) || !fitsDot(first);
}

/** A pattern's pieces between the stars that stand in no brackets. */
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

/** Whether each bracket is closed and holds something, and nothing ends with a backslash. */
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
 * Characters that say nothing in a pattern and something in a regular expression. Docker means to take `|`, `{` and `}` as well, and does not:
 * beside a wildcard they are Go's operators (`a*|b` matches whatever begins with a, and whatever ends with b).
 */
const plain = new Set(".+()$");

/**
 * A pattern's meaning. Docker translates it into a regular expression of Go's where it must, and compares texts where it need not;
 * the two differ at the edges (`**x` matches `ax`, `**x?` does not match `axy`), and so both are done here.
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

import { type Path, type Position, formatPath, nearestOrigin, writtenPath } from "./tree";

/** A problem in a compose file. */
export interface Problem {
  file: string;
  /** Counts from 1; 0 for a problem without a line (a missing file). */
  line: number;
  /** Counts from 1; 0 for a problem without a line. */
  column: number;
  /** The wrong key, as `services.web.ports[0]`; empty for the file as such. */
  key: string;
  /** The problem, and what would be right. */
  reason: string;
}

/** All problems of an application's compose files, found in one go. The message has a line for each. */
export class ComposeError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "ComposeError";
  }
}

/** `file:line:column: key: reason`, without the parts that are unknown. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  return [place, problem.key, problem.reason].filter((part) => part !== "").join(": ");
}

/**
 * A problem with a key of an application that is read.
 *
 * @param loaded tells where its keys were written
 */
export function problemAt(loaded: Places, path: Path, reason: string): Problem {
  const at = loaded.where(path) ?? { file: "compose", line: 0, column: 0 };
  return { file: at.file, line: at.line, column: at.column, key: formatPath(loaded.written(path)), reason };
}

/** Where the keys of an application were written. */
export interface Places {
  /** The place of a key: in the last file that set it, or of the nearest key around it. */
  where(path: Path): Position | undefined;
  /** The part of a key's path that stands in a file. */
  written(path: Path): Path;
}

/** Problems in the order in which they stand in their files. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

function isWithin(path: Path, whole: Path): boolean {
  return whole.every((key, index) => path[index] === key);
}

/** Gathers problems, so that a person sees all of them at once. */
export class Problems {
  readonly list: Problem[] = [];
  private readonly seen = new Set<string>();
  private readonly leftOut: Path[] = [];

  /**
   * Notes that a value is left out because of a problem: what is told later of the value, or of the service that
   * lacks it, only follows from that.
   */
  leaveOut(path: Path): void {
    this.leftOut.push(path);
  }

  /** Adds a problem at a known place; the same problem twice (an alias, an extended service) counts once. */
  add(at: Position, path: Path, reason: string): void {
    if (this.leftOut.some((cut) => isWithin(path, cut) || (path.length >= 2 && isWithin(cut, path)))) return;
    const problem = { file: at.file, line: at.line, column: at.column, key: formatPath(path), reason };
    const text = formatProblem(problem);
    if (this.seen.has(text)) return;
    this.seen.add(text);
    this.list.push(problem);
  }

  /** Adds a problem with the value at `path` under `root`; where its place is unknown, `file` is named. */
  addIn(root: unknown, path: Path, file: string, reason: string): void {
    this.add(nearestOrigin(root, path)?.at ?? { file, line: 0, column: 0 }, writtenPath(root, path), reason);
  }

  /** Throws everything gathered so far, if there is any. */
  throwIfAny(): void {
    if (this.list.length === 0) return;
    throw new ComposeError(inOrder(this.list));
  }
}

import { ComposeError, formatProblem, inOrder, problemAt, type Places, type Problem } from "../compose/index";
import { PlacedError } from "../errors/placed";
import type { ReadApplication } from "./application";

/** Every problem of an application, each with its place as far as it has one. */
export class ApplicationError extends ComposeError {
  /**
   * @param application what can be made of it all the same, so that the machine may be looked at as well; undefined
   *   where nothing can
   */
  constructor(
    problems: readonly Problem[],
    readonly application?: ReadApplication,
  ) {
    super(problems);
    this.name = "ApplicationError";
  }
}

/** Gathers the problems of an application, so that a person sees all of them at once. */
export class Findings {
  private readonly found = new Map<string, Problem>();
  private readonly unread = new Set<string>();

  /** Adds problems; the same one twice counts once. Of a key that could not be read, no more is told. */
  add(problems: readonly Problem[]): void {
    for (const problem of problems) {
      if (problem.key === "" || !this.unread.has(problem.key)) this.found.set(formatProblem(problem), problem);
    }
  }

  /** Adds the problems of reading: what is said later of the same keys only follows from them. */
  addUnread(problems: readonly Problem[]): void {
    this.add(problems);
    for (const { key } of problems) this.unread.add(key);
  }

  /**
   * Tries something that may end with a sentence.
   *
   * @param places where the keys stand that sentences are about
   * @returns what it gives; undefined where it ends so, or where it stumbles over what was found before
   * @throws what is a mistake in the program and follows from nothing that was found
   */
  attempt<T>(decide: () => T, places?: Places): T | undefined {
    try {
      return decide();
    } catch (error) {
      if (error instanceof ComposeError) this.add(error.problems);
      else if (error instanceof PlacedError && places) this.add([problemAt(places, error.path, asReason(error))]);
      else if (error instanceof Error && isSentence(error)) this.add(error.message.split("\n").map(inNoPlace));
      else if (this.found.size === 0) throw error;
      return undefined;
    }
  }

  /** Those that have a place first, as they stand in their files. */
  get problems(): Problem[] {
    const all = [...this.found.values()];
    return [...inOrder(all.filter(({ file }) => file !== "")), ...all.filter(({ file }) => file === "")];
  }
}

function asReason({ message }: Error): string {
  return message.replace(/\.$/, "");
}

function isSentence(error: Error): boolean {
  return ![TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

/** A problem that is about no key. */
export function inNoPlace(reason: string): Problem {
  return { file: "", line: 0, column: 0, key: "", reason };
}

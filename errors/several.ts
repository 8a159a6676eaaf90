/** Several problems at once, each with a sentence of its own. */
export class Several extends Error {
  constructor(readonly problems: readonly Error[]) {
    super(problems.map(({ message }) => message).join("\n"));
  }
}

/**
 * Looks at each of several things, and only then ends with what is wrong with any of them.
 *
 * @param look throws an Error with a sentence where something is wrong
 * @throws Several; the one error itself where there is one
 */
export async function lookAtEach<T>(things: Iterable<T>, look: (thing: T) => void | Promise<void>): Promise<void> {
  const found: Error[] = [];
  for (const thing of things) {
    try {
      await look(thing);
    } catch (error) {
      found.push(...problemsIn(error));
    }
  }
  throwAll(found);
}

/** The same at once. */
export function lookAtAll<T>(things: Iterable<T>, look: (thing: T) => void): void {
  const found: Error[] = [];
  for (const thing of things) {
    try {
      look(thing);
    } catch (error) {
      found.push(...problemsIn(error));
    }
  }
  throwAll(found);
}

/**
 * The problems that an error tells.
 *
 * @throws the error itself where it is a mistake in the program
 */
export function problemsIn(error: unknown): Error[] {
  if (!(error instanceof Error) || isBug(error)) throw error;
  return error instanceof Several ? [...error.problems] : [error];
}

function throwAll(found: readonly Error[]): void {
  if (found.length > 0) throw found.length === 1 ? (found[0] as Error) : new Several(found);
}

/** Errors of these kinds are mistakes in the program, not in its input. */
export function isBug(error: Error): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

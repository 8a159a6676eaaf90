import type { Engine } from "./engine";
import { withRemedy } from "./remedies";
import { reasonIn, type Asked } from "./request";

/** An Engine refuses what it is asked. */
export class Refused extends Error {
  constructor(
    message: string,
    /** The status of its answer: 404 for what is not there. */
    readonly status: number,
  ) {
    super(message);
  }

  /** Whether what was asked of is not there, or is about to go: another process may take it away meanwhile. */
  get isGone(): boolean {
    return this.status === 404 || /is already in progress/.test(this.message);
  }
}

/**
 * Has an Engine do something.
 *
 * @param what completes "The Docker Engine does not …", such as `start the container web`
 * @returns the answer's body
 * @throws Refused with the Engine's words, and what is to be done about them where that is known
 */
export async function ask(engine: Engine, method: string, path: string, what: string, asked?: Asked): Promise<string> {
  const answer = await engine.api(method, path, asked);
  // 304: it is so already.
  if (answer.status < 400) return answer.body;
  throw new Refused(withRemedy(`The Docker Engine does not ${what}: ${reasonIn(answer)}.`), answer.status);
}

/** For what may be gone by now: `fallback` in the place of an answer then. */
export function unlessGone<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Refused && error.isGone) return fallback;
    throw error;
  };
}

/** The part of a path that chooses by labels, as `name` or `name=value`. */
export function labelled(labels: Readonly<Record<string, string>> | readonly string[]): string {
  const all = Array.isArray(labels) ? labels : Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return `filters=${encodeURIComponent(JSON.stringify({ label: all }))}`;
}

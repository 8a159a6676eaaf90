import type { Figures } from "./load/figures";

/**
 * Makes sure that a release was the last to answer.
 *
 * @throws Error where another one was
 */
export function served({ releases }: Figures, version: string): void {
  const [last] = Object.entries(releases).sort(([, a], [, b]) => b.last - a.last);
  if (last?.[0] !== version) {
    throw new Error(`In the end ${last?.[0] ?? "nothing"} answered, not ${version}: ${JSON.stringify(releases)}`);
  }
}

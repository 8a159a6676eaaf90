import * as pulumi from "@pulumi/pulumi";

/** The words of another program as a part of a sentence: on one line, without a full stop. */
export function quoted(words: string): string {
  return words.trim().replaceAll(/\s+/g, " ").replace(/\.$/, "");
}

/**
 * A problem that a person can solve: the message says what is wrong and what to do. Its place in the program is left
 * out.
 *
 * It carries no stack, because Pulumi's SDK formats one even where it does not show it. For a path such as
 * `node_modules/@pulumi/resource.ts`, which the SDK's source maps put into it, that takes Node 20.20 half a minute and
 * gigabytes (`markNodeModules` in Node's lib/internal/util/inspect.js never finds the end of the package's name).
 */
export class Refusal extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = undefined;
  }
}

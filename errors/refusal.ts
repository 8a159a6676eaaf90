import * as pulumi from "@pulumi/pulumi";

/** What somebody else said, as a part of a sentence: on one line, without a full stop. */
export function quoted(words: string): string {
  return words.trim().replaceAll(/\s+/g, " ").replace(/\.$/, "");
}

/**
 * Something that a person can put right: the message says what and how, and where in the program it was noticed is nobody's
 * concern.
 *
 * Without a stack, because Pulumi's SDK formats one even where it does not show it, and Node 20.20 takes half a minute and
 * gigabytes over a path such as `node_modules/@pulumi/resource.ts`, which the SDK's source maps put into it (`markNodeModules` in
 * Node's lib/internal/util/inspect.js never finds the end of the package's name).
 */
export class Refusal extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = undefined;
  }
}

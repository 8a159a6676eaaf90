import { createInterface } from "node:readline/promises";
import { printable } from "../errors/printable";

/**
 * Asks a person whether to go on.
 *
 * @returns whether the answer was yes
 * @throws Error where there is nobody to ask
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error(`${question} There is nobody to ask: look, then say --yes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(printable(`${question} [y/N] `))).trim());
  } finally {
    terminal.close();
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";

/** A script that failed on the machine; `code` tells which part of it. */
export class ScriptError extends Error {
  constructor(
    readonly code: number,
    /** The last lines that it wrote on standard error. */
    readonly said: string,
  ) {
    super(said || `the script ended with exit code ${code}`);
  }
}

const shownLines = 15;

/**
 * Runs a script in a shell of the machine. What flows between the commands in it does not come through this process.
 *
 * @param env variables for it, beside this process's own: what must not stand among its arguments
 * @returns what it wrote on standard output, which has to be little
 * @throws ScriptError when it fails
 */
export async function onMachine(script: string, env: Record<string, string> = {}): Promise<string> {
  // The script comes on standard input of nobody: what is in it are names and no secrets.
  const child = spawn("sh", ["-c", script], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const out: string[] = [];
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-20_000)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) {
    throw new ScriptError(code ?? 1, said.trim().split("\n").slice(-shownLines).join("\n"));
  }
  return out.join("");
}

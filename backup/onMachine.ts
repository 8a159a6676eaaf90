import { spawn } from "node:child_process";
import { once } from "node:events";

/** A script failed on the machine; `code` tells which part of it. */
export class ScriptError extends Error {
  constructor(
    readonly code: number,
    /** The last lines of its standard error. */
    readonly said: string,
  ) {
    super(said || `the script ended with exit code ${code}`);
  }
}

const shownLines = 15;

/**
 * Runs a script in a shell of the machine. Data flow between the commands of the script, and never through this
 * process.
 *
 * @param env variables for it, beside this process's own: values that must be kept out of its arguments
 * @returns its standard output, which has to be short
 * @throws ScriptError when it fails
 */
export async function onMachine(script: string, env: Record<string, string> = {}): Promise<string> {
  // The script may stand among the arguments: it holds names and no secrets.
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

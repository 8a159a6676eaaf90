import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Engine } from "../docker/engine";

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
 * Runs a script in a shell beside the `docker` command. Data flow between the commands of the script, and never through this
 * process.
 *
 * @param engine the one that its `docker` commands talk to
 * @param env more variables for it: values that must be kept out of its arguments
 * @param input what it reads on its standard input: a secret is best there
 * @returns its standard output, which has to be short
 * @throws ScriptError when it fails
 */
export async function onMachine(
  engine: Engine,
  script: string,
  env: Record<string, string> = {},
  input?: string,
): Promise<string> {
  // The script may stand among the arguments: it holds names and no secrets.
  const child = spawn("sh", ["-c", script], {
    env: { ...engine.environment, ...env } as NodeJS.ProcessEnv,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
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

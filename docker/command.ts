import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import type { Environment } from "./context";
import { withRemedy } from "./remedies";

/** How a `docker` command is run. */
export interface DockerOptions {
  /** What it reads on standard input. */
  input?: string | Readable;
  /** Environment variables on top of those that lead to the Engine; undefined: without that one. */
  env?: Environment;
  /** Whether what it writes on standard error is part of the result, as a container's log is. */
  both?: boolean;
  /** Called with each line that it writes, on either stream. */
  onLine?: (line: string) => void;
}

/** How many of the last lines of a failed command are shown. */
const shownLines = 40;

/**
 * Runs a `docker` command to its end.
 *
 * @param options `env`: all of its environment
 * @returns what it wrote on standard output
 * @throws Error with its last lines when it fails
 */
export async function runDocker(
  args: readonly string[],
  { input, env, both, onLine }: DockerOptions & { env: Environment },
): Promise<string> {
  const child = spawn("docker", args, { env: env as NodeJS.ProcessEnv, stdio: ["pipe", "pipe", "pipe"] });
  const out: string[] = [];
  const last: string[] = [];
  const watch = (stream: NodeJS.ReadableStream, keep?: string[]): void => {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      keep?.push(text);
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        onLine?.(line);
        last.push(line);
        last.splice(0, last.length - shownLines);
      }
    });
  };
  watch(child.stdout, out);
  watch(child.stderr, both ? out : undefined);
  const broken = feed(child.stdin, input);
  const [code, signal] = (await once(child, "close").catch((error: unknown) => {
    throw new Error(`The docker command cannot be run (${String(error)}): install Docker and put docker on PATH.`);
  })) as [number | null, string | null];
  const reason = broken();
  if (reason) throw reason;
  if (code !== 0) {
    throw new Error(withRemedy(`docker ${args[0]} ended with ${signal ?? `exit code ${code}`}:\n${last.join("\n")}`));
  }
  return out.join("");
}

/** Hands over what a command reads. The function that it returns tells why that broke off; undefined where it was read to its end. */
function feed(stdin: NodeJS.WritableStream, input: string | Readable = ""): () => Error | undefined {
  let reason: Error | undefined;
  stdin.on("error", () => undefined);
  if (typeof input === "string") {
    stdin.end(input);
  } else {
    input.on("error", (error: Error) => {
      reason = error;
      stdin.end();
    });
    input.pipe(stdin);
  }
  return () => reason;
}

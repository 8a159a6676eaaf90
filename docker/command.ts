import { spawn } from "node:child_process";
import { once } from "node:events";
import { withRemedy } from "./remedies";
import type { Readable } from "node:stream";

/** How a `docker` command is run. */
export interface DockerOptions {
  /** What it reads on standard input. */
  input?: string | Readable;
  /** Environment variables on top of this process's own; undefined: without that one. */
  env?: Record<string, string | undefined>;
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
 * @returns what it wrote on standard output
 * @throws Error with its last lines when it fails
 */
export async function docker(args: string[], { input, env, both, onLine }: DockerOptions = {}): Promise<string> {
  const child = spawn("docker", args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
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

/** Hands over what a command reads. Afterwards it tells why that came to no end, where it did not. */
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

import { execFile } from "node:child_process";

/** How a program ended. */
export interface Ended {
  /** 0 where it succeeded. */
  code: number;
  stdout: string;
  stderr: string;
}

/** How a program is started. */
export interface Start {
  cwd?: string;
  env?: Record<string, string>;
  /** What it reads on standard input. */
  input?: string;
}

/** Runs a program to its end, whatever that is. A program that cannot be started ends with code 127. */
export function run(program: string, args: readonly string[], { cwd, env, input }: Start = {}): Promise<Ended> {
  return new Promise((done) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 256 << 20 };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : error.killed || error.signal ? 137 : 127) : 0;
      done({ code, stdout, stderr: code === 127 && error ? `${stderr}${error.message}` : stderr });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}

/**
 * Runs a program that has to succeed.
 *
 * @returns what it wrote on standard output
 * @throws Error with what it said where it fails
 */
export async function must(program: string, args: readonly string[], start: Start = {}): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, start);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
  }
  return stdout;
}

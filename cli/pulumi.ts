import { execFile } from "node:child_process";

/** How a command of Pulumi's ended. */
export interface Ended {
  ok: boolean;
  out: string;
  /** What it said to the person who waits. */
  said: string;
}

/**
 * Runs Pulumi's own command to its end, for what the Automation API does not offer.
 *
 * @param input what it reads on standard input
 */
export function pulumi(args: string[], input = ""): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile("pulumi", [...args, "--non-interactive"], { maxBuffer: 1 << 30 }, (error, out, said) =>
      done({ ok: !error, out, said: said || (error?.message ?? "") }),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/**
 * Runs a command of Pulumi's that has to succeed.
 *
 * @returns what it wrote on standard output
 * @throws Error with what it said where it fails
 */
export async function must(args: string[], input?: string): Promise<string> {
  const { ok, out, said } = await pulumi(args, input);
  if (!ok) {
    throw new Error(`pulumi ${args.join(" ")} failed:\n${said.trim()}`);
  }
  return out;
}

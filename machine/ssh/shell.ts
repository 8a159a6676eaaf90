import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { alias } from "./files";

/**
 * Runs a script for a POSIX shell on a machine.
 *
 * @param folder where what `ssh` reads was written, relative to the project
 * @param args the script's, of letters, digits and what stands in addresses
 * @throws Error with what it complained of where it fails
 */
export async function runOn(folder: string, script: string, args: string[]): Promise<void> {
  const ssh = ["-F", join(folder, "config"), "-S", "none", alias, "sh", "-s", "--", ...args.map(quoted)];
  const child = spawn("ssh", ssh, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdin.on("error", () => undefined).end(script);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(said.trim() || `ssh ended with ${code ?? "a signal"}`);
}

/** `ssh` makes one line of it all, which the machine's shell reads. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

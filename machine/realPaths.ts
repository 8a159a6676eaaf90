import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { posix } from "node:path";
import { promisify } from "node:util";
import type { Machine } from "./machine";
import { alias } from "./ssh/files";

const run = promisify(execFile);

/**
 * Where paths of a machine really lead, once its links are followed; of what is not there, the part that is.
 *
 * @returns by path; without those that cannot be had, as of an Engine that is reached by TCP
 */
export async function realPaths(
  { ssh, sshOpts = [], vm, host }: Pick<Machine, "ssh" | "sshOpts" | "vm" | "host">,
  paths: readonly string[],
): Promise<Record<string, string>> {
  const all = [...new Set(paths)];
  if (vm && !vm.answers) return {};
  if (ssh) return ofLines(all, await overSsh(sshOpts, all).catch(() => ""));
  if (host !== undefined && !host.startsWith("unix:")) return {};
  return Object.fromEntries(await Promise.all(all.map(async (path) => [path, await follow(posix.resolve("/", path))])));
}

/** A path may hold any letter but the one that ends a text. */
async function overSsh(options: readonly string[], paths: readonly string[]): Promise<string> {
  const quoted = paths.map((path) => `'${path.replaceAll("'", "'\\''")}'`).join(" ");
  return (await run("ssh", [...options, alias, `readlink -z -m -- ${quoted}`])).stdout;
}

function ofLines(paths: readonly string[], said: string): Record<string, string> {
  const real = said.split("\0").slice(0, -1);
  return real.length === paths.length
    ? Object.fromEntries(paths.map((path, index) => [path, real[index] ?? path]))
    : {};
}

async function follow(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || path === "/") return real ?? path;
  return posix.join(await follow(posix.dirname(path)), posix.basename(path));
}

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./requirements";
import { must } from "./run";

let packed: Promise<string> | undefined;

/**
 * Puts Slipway into a project as `npm install` would: packed and unpacked, with the packages that it needs beside it. Those
 * are links, for there are many and they never change during a run.
 *
 * @param project the project's folder
 */
export async function install(project: string): Promise<void> {
  packed ??= pack();
  const modules = join(project, "node_modules");
  mkdirSync(modules);
  cpSync(join(await packed, "package"), join(modules, "slipway"), { recursive: true });
  linkPackages(modules);
}

/**
 * Makes what Slipway needs usable from a `node_modules` folder, as an installation of it would. Pulumi looks into each package that it
 * finds there and for the plugin of each provider among them, so what nothing needs costs time in every command.
 */
export function linkPackages(modules: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(packages)) {
    const name = path.slice("node_modules/".length);
    if (path !== "" && !dev && !name.includes("/node_modules/")) linkPackage(modules, name);
  }
}

/** Makes a package of the repository usable from a `node_modules` folder. */
export function linkPackage(modules: string, name: string): void {
  const [from, to] = [join(root, "node_modules", name), join(modules, name)];
  // What is optional need not be there.
  if (existsSync(to) || !existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

async function pack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const output = await must("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename = "" } = {}] = JSON.parse(output) as { filename?: string }[];
  await must("tar", ["-xzf", join(folder, filename), "-C", folder]);
  return folder;
}

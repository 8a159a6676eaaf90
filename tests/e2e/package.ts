import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Makes every package of the repository usable from a `node_modules` folder. */
export function linkPackages(modules: string): void {
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (!name.startsWith(".")) {
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    }
  }
}

async function pack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const output = await must("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename = "" } = {}] = JSON.parse(output) as { filename?: string }[];
  await must("tar", ["-xzf", join(folder, filename), "-C", folder]);
  return folder;
}

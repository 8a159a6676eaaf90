import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./requirements";
import { must } from "./run";

/** Where the package is that a whole run has packed once for all of its groups. */
export const packedAt = "SLIPWAY_TEST_PACKED";

let packed: Promise<string> | undefined;

/**
 * Puts Slipway into a project as `npm install` would: packed and unpacked, with the packages that it needs beside it. Those
 * are links, for there are many and they never change during a run.
 *
 * @param project the project's folder
 */
export async function install(project: string): Promise<void> {
  packed ??= process.env[packedAt] ? Promise.resolve(process.env[packedAt]) : pack();
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
  for (const name of neededBy("")) linkPackage(modules, name);
}

/**
 * Puts a cloud's package into a project as `npm install` would, with the packages that it needs beside it.
 *
 * @param cloud the name of its folder
 */
export function installCloud(project: string, cloud: string): void {
  const modules = join(project, "node_modules");
  const [from, to] = [join(root, "clouds", cloud), join(modules, `slipway-${cloud}`)];
  for (const part of ["package.json", "dist"]) cpSync(join(from, part), join(to, part), { recursive: true });
  for (const name of neededBy(`clouds/${cloud}`)) linkPackage(modules, name);
}

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  bundleDependencies?: string[];
}

/** The packages that a package of the repository needs beside it, and those that these depend on. What it is packed with comes with it. */
function neededBy(path: string): Set<string> {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const found = new Set<string>();
  const follow = ({ dependencies, optionalDependencies }: Locked = {}): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (found.has(name)) continue;
      found.add(name);
      follow(packages[`node_modules/${name}`]);
    }
  };
  const { dependencies, peerDependencies, bundleDependencies: bundled = [] } = packages[path] ?? {};
  const beside = Object.entries({ ...dependencies, ...(path === "" ? {} : peerDependencies) });
  follow({ dependencies: Object.fromEntries(beside.filter(([name]) => !bundled.includes(name))) });
  return found;
}

/** Makes a package of the repository usable from a `node_modules` folder. */
export function linkPackage(modules: string, name: string): void {
  const [from, to] = [join(root, "node_modules", name), join(modules, name)];
  // What is optional need not be there.
  if (existsSync(to) || !existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

/**
 * Packs and unpacks Slipway; returns the folder, which goes when this process ends.
 *
 * @param sources where it is built
 */
export async function pack(sources = root): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const output = await must("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: sources,
  });
  const [{ filename = "" } = {}] = JSON.parse(output) as { filename?: string }[];
  await must("tar", ["-xzf", join(folder, filename), "-C", folder]);
  return folder;
}

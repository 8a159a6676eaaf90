import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readySources } from "../package/sources";
import { linkPackage, pack } from "./package";
import { root } from "./requirements";
import { must, run } from "./run";

/** The version of Slipway that people have before this one, built from git's history. */
export interface Before {
  /** The commit. */
  version: string;
  /** A folder with the package as it would be installed. */
  folder: string;
}

/**
 * The commit whose stages this version must leave as they are. It moves on with a commit that means to change what is declared, whose
 * message says what that does to stages that run.
 */
const version = "13647d4";

/**
 * Builds the version before.
 *
 * @returns why it cannot be had, where git's history does not go back so far
 */
export async function versionBefore(): Promise<Before | string> {
  if ((await run("git", ["cat-file", "-e", `${version}^{commit}`], { cwd: root })).code !== 0) {
    return `git's history does not go back to ${version}`;
  }
  const folder = mkdtempSync(join(tmpdir(), "slipway-before-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const archive = join(folder, "sources.tar");
  await must("git", ["archive", "--output", archive, version], { cwd: root });
  mkdirSync(join(folder, "sources"));
  await must("tar", ["-xf", archive, "-C", join(folder, "sources")]);
  const sources = join(folder, "sources");
  readySources(sources, root);
  await must("npm", ["run", "--silent", "build"], { cwd: sources });
  return { version, folder: join(await pack(sources), "package") };
}

/**
 * Puts a package of Slipway in the place of the one that a project has.
 *
 * @param keep where that one goes
 */
export function replacePackage(project: string, folder: string, keep?: string): void {
  const modules = join(project, "node_modules");
  const place = join(modules, "slipway");
  if (keep !== undefined) cpSync(place, keep, { recursive: true });
  rmSync(place, { recursive: true });
  cpSync(folder, place, { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) if (!name.startsWith("slipway-")) linkPackage(modules, name);
}

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
const version = "5796863";

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
  symlinkSync(join(root, "node_modules"), join(sources, "node_modules"));
  // Its types were looked at in its own time, and with its own packages.
  cpSync(join(sources, "tsconfig.build.json"), join(sources, "tsconfig.original.json"));
  writeFileSync(
    join(sources, "tsconfig.build.json"),
    JSON.stringify({ extends: "./tsconfig.original.json", compilerOptions: { noCheck: true } }),
  );
  await must("npm", ["run", "--silent", "build"], { cwd: sources });
  for (const part of ["package.json", "dist"])
    cpSync(join(sources, part), join(folder, "package", part), { recursive: true });
  return { version, folder: join(folder, "package") };
}

/**
 * Puts a package of Slipway in the place of the one that a project has.
 *
 * @param keep where that one goes
 */
export function replacePackage(project: string, folder: string, keep?: string): void {
  const place = join(project, "node_modules", "slipway");
  if (keep !== undefined) cpSync(place, keep, { recursive: true });
  rmSync(place, { recursive: true });
  cpSync(folder, place, { recursive: true });
}

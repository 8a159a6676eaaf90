import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { readlinkSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Package {
  dependencies?: Record<string, string>;
  bundleDependencies?: string[];
}

/**
 * Makes a copy of the sources ready to be built and packed: with the packages that this clone has, and its own in the place of those that are
 * part of it. Types are looked at where the sources are; what is built is the same without looking again.
 *
 * @param sources the copy's folder
 * @param root the folder of this clone
 */
export function readySources(sources: string, root: string): void {
  const [from, to] = [join(root, "node_modules"), join(sources, "node_modules")];
  const packed = packedWith(sources, from);
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const ours = lstatSync(join(from, name)).isSymbolicLink() ? readlinkSync(join(from, name)) : undefined;
    if (ours !== undefined && existsSync(join(to, ours))) symlinkSync(ours, join(to, name));
    // npm packs nothing of what a link out of the folder depends on.
    else if (packed.has(name)) cpSync(join(from, name), join(to, name), { recursive: true });
    else if (ours === undefined) symlinkSync(join(from, name), join(to, name));
  }
  renameSync(join(sources, "tsconfig.json"), join(sources, "tsconfig.original.json"));
  const options = { extends: "./tsconfig.original.json", compilerOptions: { noCheck: true } };
  writeFileSync(join(sources, "tsconfig.json"), JSON.stringify(options));
}

/** The packages that come with the one that is packed, and what these depend on. */
function packedWith(sources: string, modules: string): Set<string> {
  const found = new Set<string>();
  const follow = (names: string[]): void => {
    for (const name of names.filter((each) => !found.has(each))) {
      found.add(name);
      follow(Object.keys(read(join(modules, name)).dependencies ?? {}));
    }
  };
  follow(read(sources).bundleDependencies ?? []);
  return found;
}

function read(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
}

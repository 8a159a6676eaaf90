import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Folders that hold no source of the program. */
const others = new Set(["tests", "apps", "bench", "setup", "clouds", "docs"]);

/** Folders that are made, at any depth: each package beside the program has its own. */
const made = new Set(["node_modules", "dist"]);

/**
 * Whether the compiled program is older than the sources beside it. A developer who forgot to build would otherwise
 * look at the program as it was. An installed package has no sources.
 *
 * @param root the folder with `dist`
 * @returns a sentence; undefined where there is nothing to say
 */
export function staleBuild(root = join(__dirname, "..", "..")): string | undefined {
  const built = join(root, "dist", "slipway.js");
  if (!existsSync(join(root, "slipway.ts")) || !existsSync(built)) return undefined;
  const newer = newerIn(root, statSync(built).mtimeMs);
  return newer && `${newer} is newer than what runs, which is compiled: npm run build.`;
}

/** The path of the first source that is found to be newer. */
function newerIn(folder: string, than: number, path = ""): string | undefined {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [full, shown] = [join(folder, entry.name), path ? `${path}/${entry.name}` : entry.name];
    if (entry.isDirectory()) {
      const passed = entry.name.startsWith(".") || made.has(entry.name) || (!path && others.has(entry.name));
      const found = passed ? undefined : newerIn(full, than, shown);
      if (found) return found;
    } else if (entry.name.endsWith(".ts") && statSync(full).mtimeMs > than) {
      return shown;
    }
  }
  return undefined;
}

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version of Slipway, as its package has it. */
export function ownVersion(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
      if (name === "slipway" && version !== undefined) return version;
    }
    if (folder === dirname(folder)) return "unknown";
  }
}

import { readFileSync } from "node:fs";
import { schemaFile } from "./schema-file";

/** Every key that the Compose Specification knows at any place, for the hint that follows a misspelt one. */
export function knownKeys(): string[] {
  const keys = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties") for (const name of Object.keys(value as object)) keys.add(name);
      walk(value);
    }
  };
  walk(JSON.parse(readFileSync(schemaFile, "utf8")));
  return [...keys];
}

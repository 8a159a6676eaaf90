import { readFileSync } from "node:fs";
import { join } from "node:path";
import { upstreams, type Listener } from "./layout";

/** What stands between the names of a service's containers where the edge has several of them in one place. */
const between = "/";

/** The containers of a service as the edge keeps them: one word, which is the name where there is one. */
export function joined(names: readonly string[]): string {
  return names.join(between);
}

/** The names in such a word. */
export function namesIn(word: string): string[] {
  return word.split(between);
}

/** What a service's server is called in its place; the first one's name is older than there are others. */
export function serverName(index: number): string {
  return index === 0 ? "app" : `app${index + 1}`;
}

/**
 * The edge's program. One that knows of several containers in a place is made only for a stage that has them, as another program
 * replaces the edge.
 */
export function guardFor(listening: readonly Listener[]): string {
  const guard = readFileSync(join(__dirname, "guard.sh"), "utf8");
  if (!upstreams(listening).some(({ replicas = 1 }) => replicas > 1)) return guard;
  const several = readFileSync(join(__dirname, "replicas.sh"), "utf8").replace(/^#!.*\n/, "");
  const start = "\ncase ${1:-run} in";
  return guard.replace(start, () => `\n${several}${start}`);
}

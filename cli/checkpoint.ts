import { existsSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Mends a state in a folder that Pulumi was killed over while it wrote it. Beside each state lies a small file that describes
 * it, which is written in place, and first: cut short it is empty, and Pulumi says `failed to load checkpoint: EOF`, while the state
 * itself is whole. Without that file the state is read as it is (gocloud.dev: blob/fileblob/attrs.go).
 *
 * @param backend the address of the backend, as `pulumi whoami` tells it
 * @returns the files that were taken away
 */
export function mendCheckpoint(backend: string, project: string, stage: string): string[] {
  if (!backend.startsWith("file://")) {
    return [];
  }
  const root = decodeURI(backend.slice("file://".length).replace(/\?.*$/, "")).replace(/^~/, homedir());
  const state = join(root, ".pulumi", "stacks", project, `${stage}.json`);
  const cut = [`${state}.attrs`, `${state}.gz.attrs`].filter((file) => existsSync(file) && statSync(file).size === 0);
  cut.forEach((file) => rmSync(file));
  return cut;
}

import { createHash } from "node:crypto";
import { documents } from "./bundles";
import type { Release } from "./record";

/** Everything in a release except its name and the time when it was made. */
export type ReleaseContent = Omit<Release, "name" | "createdAt" | "files" | "bundles"> & {
  /** Path → content; base64 where it came as JSON. */
  files: Record<string, Uint8Array | string>;
  /** By path; the documents' bundle is left out, because `files` has its content. */
  bundles?: Record<string, { key: string }>;
};

/**
 * A key that two releases share exactly when their digests, files, commit and dirty mark are the same.
 *
 * @returns a SHA-256 digest in hexadecimal
 */
export function contentKey(content: ReleaseContent): string {
  const files = sorted(content.files).map(([path, bytes]) => [
    path,
    base64(bytes),
    content.executable?.includes(path) ?? false,
  ]);
  const images = sorted(content.images).map(([service, { repository, digest, platform }]) => [
    service,
    repository,
    digest,
    platform,
  ]);
  const args = sorted(content.buildArgs).map(([service, values]) => [service, sorted(values)]);
  const bundles = sorted(content.bundles ?? {}).flatMap(([id, { key }]) => (id === documents ? [] : [[id, key]]));
  const key = [content.commit, content.dirty, content.compose, files, images, args];
  // Releases from before there were bundles keep their keys.
  if (bundles.length > 0) key.push(bundles);
  return createHash("sha256").update(JSON.stringify(key)).digest("hex");
}

function base64(bytes: Uint8Array | string): string {
  return typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("base64");
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

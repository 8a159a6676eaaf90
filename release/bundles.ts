import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { posix, resolve } from "node:path";
import { Bounds } from "./bounds";
import type { Registry } from "../registry/client/registry";
import { readImage, type Descriptor } from "../registry/client/manifest";
import { Hashes } from "./hashes";
import { fewFiles, formatSize, mostInState, mostOfRelease, smallSource } from "../application/sizes";
import { followedSizeOf, sizeOf, survey, SurveyError, type Survey } from "./survey";

/**
 * A bundle: the content of one mounted path of a release that is too large for Pulumi's state. It goes into the
 * registry as an image with one layer, and from there onto a volume of the stage's machine (docs/decisions/files.md).
 */
export interface BundlePlan {
  /** Its name in the release: the mounted path, with the mode before it where the compose file gives one. */
  id: string;
  /** A short name of the content: differs with it, and only with it. Times and owners of files do not count. */
  key: string;
  /** Its tag in the registry, which no other content has. */
  tag: string;
  /** Bytes of all its files. */
  size: number;
}

/** The bundle of the files that describe the application itself, where those are large. */
export const documents = "";

/** The repository of a project's bundles, below the project. */
export const bundleRepository = "mounted-files";

/** Where an image holds a bundle's content, and where its volume is mounted. */
export const bundleFolder = "/slipway";

/** The name of the content in that folder: a file or a folder, like the mounted path. */
export const contentName = "content";

/** A file that comes after the content in any order of the folder: where it exists, the content is complete. */
export const completeName = "~complete";

/** A bundle's name. Modes are in octal, such as `0440`. */
export function bundleId(source: string, mode?: string): string {
  return mode === undefined ? source : `${mode} ${source}`;
}

/** The path and the mode in a bundle's name. */
export function partsOf(id: string): { source: string; mode?: string } {
  const [, mode, source] = /^(0[0-7]{3,4}) (.*)$/s.exec(id) ?? [];
  return source === undefined ? { source: id } : { source, mode };
}

/**
 * Whether the content of a path goes as a bundle or within the state. It depends on that path alone, so that a service
 * stays untouched when the mounts of another one change.
 */
export function isBundled(found: Survey): boolean {
  if (found.isOwn || found.entries.length === 0) return false;
  const files = found.entries.filter(({ kind }) => kind !== "folder").length;
  return found.needsArchive || files > fewFiles || followedSizeOf(found) > smallSource;
}

/**
 * Refuses files that are too large for the state and can go no other way: files that git ignores are the stage's own,
 * so no release and no registry holds them.
 *
 * @throws SurveyError naming the largest file with its size
 */
export function checkOwn(root: string, source: string): void {
  const found = survey(root, source, true);
  if (!found || followedSizeOf(found) <= mostInState) return;
  const largest = largestOf(source, found);
  throw new SurveyError(
    `${source} is mounted, and what git ignores there is the stage's own and passes through Pulumi's state, which takes ${formatSize(mostInState)} of it at most: ${largest.path} has ${formatSize(largest.size)}. Commit it, so that a release holds it, or keep it on a named volume, at an absolute path of the machine, or in an image.`,
  );
}

/**
 * Plans the bundles of a release.
 *
 * @param root the project's folder, absolute
 * @param ids the names of the bundles
 * @returns the bundles, the absolute paths of everything in them, and a sentence for each path of which git ignores a
 *   part
 * @throws SurveyError where a path cannot be read, or all of them are too large together
 */
export function planBundles(
  root: string,
  ids: readonly string[],
  hashes = Hashes.in(root),
): { bundles: BundlePlan[]; covered: Set<string>; notices: string[] } {
  const found = ids.map((id) => {
    const { found: surveyed, mode } = contentOf(root, id);
    return { id, source: partsOf(id).source, mode, surveyed };
  });
  checkSize(found);
  const bundles = found.map(({ id, source, mode, surveyed }) => ({
    id,
    ...calledBy(tagOf(surveyed, mode, (path) => hashes.of(resolve(root, source, path)))),
    size: sizeOf(surveyed),
  }));
  const top = found.map(({ source, surveyed }) => ({ absolute: resolve(root, source), surveyed }));
  return {
    bundles,
    covered: new Set(
      top.flatMap(({ absolute, surveyed: { entries } }) => entries.map(({ path }) => resolve(absolute, path))),
    ),
    notices: found.flatMap(({ source, surveyed: { ignored } }) =>
      ignored.length === 0 ? [] : [leftOut(source, ignored)],
    ),
  };
}

/** How a content is called by its tag: in full, and by the tag's first 20 digits. */
export function calledBy(tag: string): Pick<BundlePlan, "key" | "tag"> {
  return { key: tag.slice(0, 20), tag };
}

/**
 * The tag of a content: a SHA-256 digest in hexadecimal.
 *
 * @param hash the digest of the file at a path, in hexadecimal
 */
export function tagOf({ isFolder, entries }: Survey, mode: string | undefined, hash: (path: string) => string): string {
  const key = createHash("sha256").update(JSON.stringify([isFolder, mode ?? null]));
  for (const { path, kind, executable, to } of entries) {
    const content = kind === "file" ? [executable, hash(path)] : [to ?? null];
    key.update(`\n${JSON.stringify([kind, path, ...content])}`);
  }
  return key.digest("hex");
}

/**
 * The bundle of the files that describe an application. A release keeps them there, where they are large, until it is
 * recorded.
 *
 * @param files path → size in bytes
 * @param executable the executable ones
 */
export function documentsOf(files: ReadonlyMap<string, number>, executable: readonly string[]): Survey {
  const entries = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, size]) => ({ path, kind: "file" as const, size, executable: executable.includes(path) }));
  return { isFolder: true, entries, isOwn: false, ignored: [], needsArchive: false };
}

/**
 * The source of a bundle in the work tree.
 *
 * @param root the project's folder, absolute
 * @param paths the files, for the documents' bundle
 * @returns the bundle's content, where each entry is read from, and within what that has to lie
 * @throws SurveyError where it is missing
 */
export function contentOf(
  root: string,
  id: string,
  paths?: readonly string[],
): { found: Survey; mode?: string; absolute: (path: string) => string; bounds: Bounds } {
  const bounds = Bounds.around(root);
  if (paths) {
    const stats = paths.map((path) => [path, statSync(resolve(root, path))] as const);
    const executable = stats.flatMap(([path, { mode }]) => ((mode & 0o111) === 0 ? [] : [path]));
    const found = documentsOf(new Map(stats.map(([path, { size }]) => [path, size])), executable);
    return { found, absolute: (path) => resolve(root, path), bounds };
  }
  const { source, mode } = partsOf(id);
  const found = survey(root, source);
  if (!found) throw new SurveyError(`${source} is mounted, which is not there any more: create it.`);
  return { found, mode, absolute: (path) => resolve(root, source, path), bounds };
}

/**
 * The one layer of a bundle's image.
 *
 * @throws Error naming the image where the registry lacks it, or it has another form
 */
export async function layerOf(registry: Registry, repository: string, digest: string): Promise<Descriptor> {
  const name = `${registry.address}/${repository}@${digest}`;
  const { layers } = readImage(await registry.getManifest(repository, digest), name);
  const [layer, ...more] = layers;
  if (!layer || more.length > 0) throw new Error(`${name} has ${layers.length} layers, and a bundle of files has one.`);
  return layer;
}

interface Found {
  source: string;
  surveyed: Survey;
}

function checkSize(found: readonly Found[]): void {
  const total = found.reduce((sum, { surveyed }) => sum + sizeOf(surveyed), 0);
  if (total <= mostOfRelease) return;
  const [largest] = found.map(({ source, surveyed }) => largestOf(source, surveyed)).sort((a, b) => b.size - a.size);
  throw new SurveyError(
    `The files that the services mount from the project have ${formatSize(total)} together, more than the ${formatSize(mostOfRelease)} that a release takes; the largest is ${largest?.path} with ${formatSize(largest?.size ?? 0)}: data belongs on a named volume, at an absolute path of the machine, or in an image.`,
  );
}

function largestOf(source: string, { entries }: Survey): { path: string; size: number } {
  const { path, size } = entries.reduce((largest, entry) => (entry.size > largest.size ? entry : largest));
  return { path: path === "" ? source : posix.join(source, path), size };
}

function leftOut(source: string, ignored: readonly string[]): string {
  const named = ignored
    .slice(0, 3)
    .map((path) => posix.join(source, path))
    .join(", ");
  const more = ignored.length > 3 ? ` and ${ignored.length - 3} more` : "";
  return `${source} is mounted without what git ignores there, which no release holds: ${named}${more}.`;
}

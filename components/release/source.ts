import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { Application } from "../application";
import { Sources } from "../registry/mirrors";
import { parseReference } from "../registry/reference";
import { checkBuildArguments } from "./arguments";
import type { ReleaseSource } from "./built";
import { documents, documentsOf, keyOf, planBundles, type BundlePlan } from "./bundles";
import { WorkFiles } from "./files";
import { ignoredFiles, readWorkTree, uncommitted, type WorkTree } from "./git";
import { planImages, type ImagePlan } from "./images";
import { smallDocuments } from "./sizes";
import { sizeOf } from "./survey";

/** What a release is made for. */
export interface SourceSurroundings {
  /** The project's folder, absolute. */
  root: string;
  project: string;
  compose: string[];
  /** The machine's platform. */
  platform: string;
  /** Whether keys to it are kept in the project's folder. */
  keepsKeys: boolean;
  /** Where a registry's images are read from instead, by its name. */
  mirrors: Readonly<Record<string, string>>;
  /** What other stages of the project fill ${…} from, by stage. */
  siblingEnv: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Gathers what a release is made from: the commit, the files as they are, and the images to build and to copy.
 *
 * @returns the source, the files that make it dirty, relative to the work tree's top, and what the person should know
 * @throws Error naming what cannot be part of a release, and why
 */
export async function readSource(
  application: Application,
  surroundings: SourceSurroundings,
): Promise<{ source: ReleaseSource; uncommitted: string[]; notices: string[] }> {
  const root = realpathSync(surroundings.root);
  const work = new WorkFiles(root);
  checkBuildArguments(application.base, surroundings.siblingEnv);
  const images = planImages(application.base.config, { ...surroundings, root });
  const [tree] = await Promise.all([readWorkTree(root), followTags(images, surroundings.mirrors)]);
  const paths = await releasedPaths(tree, application, work, surroundings.compose);
  const files = paths.map((path) => [path, Buffer.from(work.bytes(path) ?? [])] as const);
  const executable = paths.filter((path) => work.isExecutable(path));
  const { bundles, covered, folders, notices } = planBundles(root, application.bundles);
  const mounted = [...covered];
  const isMounted = (path: string): boolean =>
    path.endsWith(sep)
      ? mounted.some((file) => file.startsWith(path))
      : covered.has(path) || (!work.has(path) && folders.some((folder) => path.startsWith(folder + sep)));
  const isPart = entersBy(new Set(paths.map((path) => work.absolute(path))), images, root);
  const enters = (path: string): boolean => isMounted(path) || isPart(path);
  const dirtied = uncommitted(tree, enters);
  const source = {
    commit: tree.commit,
    dirty: dirtied.length > 0,
    compose: surroundings.compose,
    files: Object.fromEntries(files.map(([path, bytes]) => [path, bytes.toString("base64")])),
    executable,
    images,
    buildArgs: builtWith(images),
    bundles: [...bundles, ...largeDocuments(new Map(files), executable)],
    platform: surroundings.platform,
  };
  return { source, uncommitted: dirtied, notices };
}

function largeDocuments(files: ReadonlyMap<string, Buffer>, executable: string[]): BundlePlan[] {
  const found = documentsOf(new Map([...files].map(([path, { length }]) => [path, length])), executable);
  if (sizeOf(found) <= smallDocuments) return [];
  const hash = (path: string): string =>
    createHash("sha256")
      .update(files.get(path) ?? "")
      .digest("hex");
  return [{ id: documents, key: keyOf(found, undefined, hash), size: sizeOf(found) }];
}

/** An image with `pull_policy: always` is copied anew when its tag has moved; any other keeps the digest that it was copied with. */
async function followTags(images: ImagePlan[], mirrors: Readonly<Record<string, string>>): Promise<void> {
  const sources = new Sources(mirrors);
  await Promise.all(
    images.map(async ({ from }) => {
      if (from.kind === "copy" && from.always) {
        const { registry, repository, tag, digest } = parseReference(from.reference);
        from.seen = digest ?? (await sources.of(registry).headManifest(repository, tag ?? "latest"))?.digest;
      }
    }),
  );
}

/** Files that git ignores are a stage's own, often because they hold secrets; an application cannot be described by one. */
async function releasedPaths(
  tree: WorkTree,
  { files }: Application,
  work: WorkFiles,
  compose: string[],
): Promise<string[]> {
  const ignored = await ignoredFiles(
    tree,
    files.map((path) => work.absolute(path)),
  );
  const hidden = compose.find((path) => ignored.has(work.absolute(path)));
  if (hidden !== undefined) {
    throw new Error(
      `The compose file ${hidden} is ignored by git or outside of its work tree, so no release can hold it: commit it.`,
    );
  }
  return files.filter((path) => !ignored.has(work.absolute(path)));
}

/** Whether a file is part of a release: as one of its files, or as content of an image that is built. */
function entersBy(files: Set<string>, images: ImagePlan[], root: string): (path: string) => boolean {
  const contexts = images.flatMap(({ from }) => (from.kind === "build" ? [from] : []));
  const content = new Set(
    contexts.flatMap(({ build, files }) => files.map(({ path }) => resolve(root, build.context, path))),
  );
  const dockerfiles = new Set(
    contexts.flatMap(({ build }) => (build.dockerfile ? [resolve(root, build.context, build.dockerfile)] : [])),
  );
  const folders = contexts.map(({ build }) => resolve(root, build.context) + sep);
  return (path) =>
    path.endsWith(sep)
      ? [...content].some((file) => file.startsWith(path))
      : files.has(path) ||
        content.has(path) ||
        dockerfiles.has(path) ||
        // A file that was deleted is missing from the image as well.
        (!new WorkFiles(root).has(path) && folders.some((folder) => path.startsWith(folder)));
}

function builtWith(images: ImagePlan[]): Record<string, Record<string, string>> {
  const built = images.flatMap(({ from, services }) =>
    from.kind === "build" ? services.map((service) => [service, from.build.args] as const) : [],
  );
  return Object.fromEntries(built);
}

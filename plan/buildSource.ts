import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { relative } from "node:path";
import type { NamedPaths, ReadApplication } from "./application";
import type { ComposeConfig } from "../compose/index";
import { Sources } from "../registry/mirrors";
import { parseReference } from "../registry/client/reference";
import { checkBuildArguments } from "../release/arguments";
import type { ReleaseSource } from "../release/source";
import { calledBy, documents, documentsOf, planBundles, tagOf, type BundlePlan } from "../release/bundles";
import { insideOf } from "../release/bounds";
import { WorkFiles } from "../release/files";
import { builderAtHand, type Builder } from "../release/builder";
import { Commit } from "../release/commit";
import { readWorkTree, type WorkTree } from "../release/git";
import { Hashes } from "../release/hashes";
import { planImages, type ImagePlan } from "../release/images";
import { ownPlaces, type OwnPlaces } from "../release/ownPlaces";
import { enteringFiles, uncommitted, type EnteringFiles } from "../release/uncommitted";
import { projectPaths } from "../application/mounts";
import { smallDocuments } from "../application/sizes";
import { isWithin } from "../application/written/keptPath";
import { sizeOf } from "../release/survey";

/** The surroundings in which a release is made. */
export interface SourceSurroundings {
  /** The project's folder, absolute. */
  root: string;
  project: string;
  compose: string[];
  /** The machine's platform. */
  platform: string;
  /** The addresses from which images are read instead of their registries, by registry. */
  mirrors: Readonly<Record<string, string>>;
  /** The builder to use; undefined: the one at hand. */
  builder?: Builder;
  /** The values for ${…} in other stages of the project, by stage. */
  siblingEnv: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the release's compose files name, in each stage. */
  named: readonly NamedPaths[];
}

/**
 * Gathers what a release is made from: the commit, the files in the work tree, and the images to build and to copy.
 *
 * @returns the source; the uncommitted files, relative to the work tree's top; and sentences that a person should
 *   read
 * @throws Error naming the file or image that cannot be part of a release, and why
 */
export async function readSource(
  application: ReadApplication,
  surroundings: SourceSurroundings,
): Promise<{ source: ReleaseSource; uncommitted: string[]; notices: string[] }> {
  const root = realpathSync(surroundings.root);
  const work = new WorkFiles(root);
  checkBuildArguments(application.base, surroundings.siblingEnv);
  const { config } = application.base;
  const builder = surroundings.builder ?? (buildsAny(config) ? await builderAtHand() : "buildkit");
  const own = ownPlaces(root);
  const images = planImages(config, {
    ...surroundings,
    root,
    builder,
    own,
    variable: (name) => application.base.environment[name],
  });
  const [tree] = await Promise.all([readWorkTree(root), followTags(images, surroundings.mirrors)]);
  const hashes = Hashes.in(root);
  const { bundles, covered, notices } = planBundles(root, application.bundles, hashes);
  const commit = new Commit(tree, hashes);
  const bundled = [...covered].map((path) => relative(root, path));
  const entering = await enteringFiles(tree, commit, work, [...new Set([...application.files, ...bundled])]);
  const hidden = surroundings.compose.find((path) => entering.left.has(path));
  if (hidden !== undefined) {
    throw new Error(
      `The compose file ${hidden} is ignored by git or outside of its work tree, so no release can hold it: commit it.`,
    );
  }
  const paths = application.files.filter((path) => !entering.left.has(path));
  const files = paths.map((path) => [path, Buffer.from(work.bytes(path) ?? [])] as const);
  const executable = paths.filter((path) => work.isExecutable(path));
  const reading = { builder, isOwn: (path: string) => own.isOwn(path) };
  // What is data enters no release, unless git holds it.
  const data = application.kept.filter(({ writableFor }) => writableFor === undefined);
  const isKept = (source: string): boolean => data.some(({ path }) => isWithin(source, path));
  const mounted = [...new Set(Object.values(config.services).flatMap(projectPaths))].filter((path) => !isKept(path));
  const dirtied = await uncommitted(tree, commit, entering, { images, reading, mounted, root });
  hashes.remember();
  const source = {
    commit: tree.commit,
    dirty: dirtied.length > 0,
    compose: surroundings.compose,
    files: Object.fromEntries(files.map(([path, bytes]) => [path, bytes.toString("base64")])),
    executable,
    own: await ownPaths(tree, commit, work, own, entering, surroundings.named),
    images,
    buildArgs: builtWith(images),
    bundles: [...bundles, ...largeDocuments(new Map(files), executable)],
    platform: surroundings.platform,
  };
  return { source, uncommitted: dirtied, notices };
}

/** What stages that take the release over read in their own work trees: what git ignores, and secrets; nothing of Slipway's own. */
async function ownPaths(
  tree: WorkTree,
  commit: Commit,
  work: WorkFiles,
  own: OwnPlaces,
  { left }: EnteringFiles,
  named: readonly NamedPaths[],
): Promise<string[]> {
  const isInside = (path: string): boolean => insideOf(tree.top, work.absolute(path)) !== undefined;
  const paths = [...new Set(named.flatMap((one) => one.paths))].filter(isInside);
  const ignored = (await enteringFiles(tree, commit, work, paths)).left;
  const secrets = named.flatMap((one) => one.secrets).filter(isInside);
  const all = new Set([...left, ...ignored, ...secrets]);
  return [...all].filter((path) => !own.isOwn(work.absolute(path))).sort();
}

function largeDocuments(files: ReadonlyMap<string, Buffer>, executable: string[]): BundlePlan[] {
  const found = documentsOf(new Map([...files].map(([path, { length }]) => [path, length])), executable);
  if (sizeOf(found) <= smallDocuments) return [];
  const hash = (path: string): string =>
    createHash("sha256")
      .update(files.get(path) ?? "")
      .digest("hex");
  return [{ id: documents, ...calledBy(tagOf(found, undefined, hash)), size: sizeOf(found) }];
}

/**
 * An image with `pull_policy: always` is copied anew when its tag has moved; any other keeps the digest of its first
 * copy.
 */
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

function buildsAny({ services }: ComposeConfig): boolean {
  return Object.values(services ?? {}).some(({ build }) => build !== undefined);
}

function builtWith(images: ImagePlan[]): Record<string, Record<string, string>> {
  const built = images.flatMap(({ from, services }) =>
    from.kind === "build" ? services.map((service) => [service, from.build.args] as const) : [],
  );
  return Object.fromEntries(built);
}

import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { insideOf } from "./bounds";
import { isRemote } from "../compose/index";
import type { Commit, Entering, Lacking } from "./commit";
import { ignoreFileOf, sentOf, type ContextReading } from "./context";
import type { WorkFiles } from "./files";
import type { WorkTree } from "./git";
import type { ImagePlan } from "./images";
import { isStackSettings } from "./ownPlaces";
import { entryAt, traceOf, type Trace } from "./trace";

/** The files of an application that enter a release. */
export interface EnteringFiles {
  /**
   * Files that do not enter, because git ignores them or they lie outside of its work tree: they are the stage's own.
   */
  left: Set<string>;
  /** The trace of each other file, and of each ignored file that a committed link leads to. */
  traces: Map<string, Trace>;
  /** Ignored places that only links lead to. */
  hidden: Set<string>;
}

/**
 * Decides which of an application's files enter a release. Files that git ignores are a stage's own, often because they
 * hold secrets. Each file is judged by itself, where its links lead, in its own repository.
 *
 * @param paths relative to the project's folder
 */
export async function enteringFiles(
  tree: WorkTree,
  commit: Commit,
  work: WorkFiles,
  paths: readonly string[],
): Promise<EnteringFiles> {
  const places = paths.map((path) => ({ path, absolute: work.absolute(path) }));
  const inside = places.filter(({ absolute }) => insideOf(tree.top, absolute) !== undefined);
  const traced = inside.map(({ path, absolute }) => ({ path, trace: traceOf(tree.top, absolute) }));
  const steps = traced.flatMap(({ trace: { links, real } }) => [...links, real]);
  const ignored = await commit.ignored([...new Set(steps)].filter((path) => insideOf(tree.top, path) !== undefined));
  const isLeft = ({ links, real }: Trace): boolean => [...links, real].some((path) => ignored.has(path));
  // A link that git ignores makes no release dirty, wherever it leads; a committed link is part of the release.
  const isOwn = ({ links }: Trace): boolean => links.length === 0 || links.some((path) => ignored.has(path));
  const outside = places.filter(({ absolute }) => insideOf(tree.top, absolute) === undefined);
  return {
    left: new Set([...outside, ...traced.filter(({ trace }) => isLeft(trace))].map(({ path }) => path)),
    traces: new Map(
      traced.filter(({ trace }) => !isLeft(trace) || !isOwn(trace)).map(({ path, trace }) => [path, trace]),
    ),
    hidden: new Set(traced.flatMap(({ trace: { real } }) => (ignored.has(real) ? [real] : []))),
  };
}

/** The content of a release, besides the files that describe it. */
export interface Content {
  /** Built images enter by their contexts, their Dockerfiles and their ignore files. */
  images: readonly ImagePlan[];
  /** How their builder reads contexts. */
  reading: ContextReading;
  /** The paths of the project that services mount, relative to it. */
  mounted: readonly string[];
  /** The project's folder, absolute, without links. */
  root: string;
}

/**
 * The files that make a release dirty: those that enter it and differ from its commit, and those of the commit that are
 * missing.
 *
 * @returns paths relative to the work tree's top, or absolute where they lie outside of it, in a stable order; with
 *   the reason, unless they are simply changed or uncommitted
 */
export async function uncommitted(
  tree: WorkTree,
  commit: Commit,
  { traces, hidden }: EnteringFiles,
  { images, reading, mounted, root }: Content,
): Promise<string[]> {
  const builds = images.flatMap(({ from }) => (from.kind === "build" ? [from] : []));
  const entering: Entering[] = [...traces.values()].flatMap(stepsOf);
  const missing: Lacking[] = [];
  const miss = (paths: readonly string[]): void => {
    for (const path of paths) {
      const reason = path.endsWith(sep) ? "a submodule that is not checked out" : "missing here";
      missing.push({ path, reason });
    }
  };
  for (const folder of mounted.map((source) => resolve(root, source))) {
    if (insideOf(tree.top, folder) === undefined) continue;
    const { real } = traceOf(tree.top, folder);
    if (isFolder(real)) miss((await commit.below(real)).filter((path) => path.endsWith(sep) || !existsSync(path)));
  }
  for (const { build, files, contexts } of builds) {
    const directory = resolve(root, build.context);
    const isElsewhere = isRemote(build.context);
    const dockerfile = build.dockerfile === undefined || isElsewhere ? undefined : resolve(directory, build.dockerfile);
    const ignoreFile = isElsewhere ? undefined : ignoreFileOf(directory, dockerfile, reading.builder);
    for (const path of [dockerfile, ignoreFile]) if (path !== undefined) entering.push(...wayTo(tree, path));
    const all = [
      ...(isElsewhere ? [] : [{ directory, files, dockerfile }]),
      ...contexts.map(({ place, files }) => ({ directory: resolve(root, place), files, dockerfile: undefined })),
    ];
    for (const context of all) {
      const { links, real } = followed(tree, context.directory);
      entering.push(...links.map((path) => ({ path, kind: "link" as const })));
      entering.push(...context.files.map((file) => ({ ...file, path: join(real, file.path) })));
      const isSent = sentOf(context.directory, context.dockerfile, reading);
      const listed = new Set(context.files.filter(({ kind }) => kind !== "directory").map(({ path }) => path));
      miss(
        (await commit.below(real)).filter((path) => {
          const inside = insideOf(real, path) ?? "";
          return isSent(path.endsWith(sep) ? `${inside}/any` : inside) && !listed.has(inside);
        }),
      );
    }
  }
  const lacking = [...(await commit.lacks(entering)), ...missing];
  const named = lacking.filter(({ path }) => dirname(path) !== root || !isStackSettings(path.slice(root.length + 1)));
  return [...new Set(named.map((one) => told(tree, one, hidden)))].sort();
}

/** The links on the way to a file, and the file itself. */
function stepsOf({ links, real }: Trace): Entering[] {
  const found = entryAt(real);
  return [
    ...links.map((path) => ({ path, kind: "link" as const })),
    ...(found?.isFile() ? [{ path: real, kind: "file" as const, executable: (found.mode & 0o111) !== 0 }] : []),
  ];
}

function wayTo(tree: WorkTree, path: string): Entering[] {
  return stepsOf(followed(tree, path));
}

function followed(tree: WorkTree, path: string): Trace {
  return insideOf(tree.top, path) === undefined
    ? { links: [], real: existsSync(path) ? realpathSync(path) : path }
    : traceOf(tree.top, path);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function told(tree: WorkTree, { path, reason }: Lacking, hidden: Set<string>): string {
  const inside = insideOf(tree.top, path);
  const name = inside === undefined ? path : `${inside}${path.endsWith(sep) && inside !== "" ? "/" : ""}`;
  const why = hidden.has(path) ? "a link leads to it, and git ignores it" : reason;
  return why === undefined ? name : `${name} (${why})`;
}

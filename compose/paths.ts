import { posix } from "node:path";
import { patterns, step, type PatternNode } from "./patterns";
import type { Problems } from "./problems";
import { type Dict, type Path, type Value, isDict, nearestOrigin, put } from "./tree";

/** A POSIX path without `.`, doubled slashes and needless `..`; `.` for the empty one. */
export function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(.)\/+$/, "$1");
}

/** A path relative to `folder`, made relative to where `folder` starts; absolute paths stay. */
export function joinPath(folder: string, path: string): string {
  return posix.isAbsolute(path) ? cleanPath(path) : cleanPath(posix.join(folder, path));
}

/** The folder of a file, `.` for a bare name. */
export function folderOf(file: string): string {
  return posix.dirname(file);
}

/** The meaning of a document's paths. */
export interface PathBase {
  /** The folder that relative paths start from. */
  folder: string;
  /** Replaces `~`; undefined: it is unknown. */
  home: string | undefined;
}

type Resolve = (value: Value, base: PathBase) => Value;

/**
 * Resolves the relative paths of a document in long form against `base.folder`, in place (compose-go 2.9, package
 * `paths`). A `~` without a known home becomes one of the `problems`.
 */
export function resolvePaths(document: Dict, base: PathBase, problems: Problems): void {
  walk(document, [], resolvers, base, (path, reason) => {
    const at = nearestOrigin(document, path)?.at;
    if (at) problems.add(at, path, reason);
  });
}

function walk(
  container: Dict | Value[],
  path: Path,
  rules: PatternNode<Resolve>,
  base: PathBase,
  report: (path: Path, reason: string) => void,
): void {
  const entries: Iterable<[string | number, Value]> = isDict(container)
    ? Object.entries(container)
    : container.entries();
  for (const [key, value] of entries) {
    const rule = step(rules, key);
    if (!rule || value === null) continue;
    try {
      if (rule.rule) put(container, key, rule.rule(value, base));
    } catch (error) {
      report([...path, key], (error as Error).message);
    }
    if (typeof value === "object" && rule.next.size > 0) walk(value, [...path, key], rule, base, report);
  }
}

const asPath: Resolve = (value, base) => {
  if (typeof value !== "string" || value === "") return value;
  const path = expandHome(value, base.home);
  return posix.isAbsolute(path) || isWindowsPath(path) ? path : joinPath(base.folder, path);
};

/** A build context may also be a repository, an image or another service's build. */
const asContext: Resolve = (value, base) => {
  if (typeof value !== "string" || isRemote(value)) return value;
  return asPath(value, base);
};

const asMount: Resolve = (value, base) => {
  if (!isDict(value) || value.type !== "bind") return value;
  if (typeof value.source !== "string") throw new Error("a bind mount needs a source: write the path on the host");
  put(value, "source", asPath(value.source, base));
  return value;
};

/** A volume of the local driver that binds a folder. */
const asVolume: Resolve = (value, base) => {
  if (!isDict(value) || value.driver !== "local" || !isDict(value.driver_opts)) return value;
  const { device, o } = value.driver_opts;
  if (o === "bind" && device !== undefined) put(value.driver_opts, "device", asPath(device, base));
  return value;
};

function expandHome(path: string, home: string | undefined): string {
  if (!path.startsWith("~")) return path;
  if (home === undefined)
    throw new Error(
      `"${path}" begins with ~, and whose home that is cannot be known from here: write the whole path, or set HOME`,
    );
  return joinPath(home, `.${posix.sep}${path.slice(1)}`);
}

/** Whether a build context is not a local path. */
export function isRemote(context: string): boolean {
  return context.includes("://") || ["service:", "github.com/", "git@"].some((prefix) => context.startsWith(prefix));
}

/**
 * Whether a context is a git repository at a commit, which always holds the same: by `https://….git#<commit>` or another
 * of git's schemes, with a folder behind a colon where it is not the top.
 */
export function isPinned(context: string): boolean {
  return /^(?:https?:\/\/[^\s#@]+\.git|github\.com\/[^\s#]+|(?:git|ssh):\/\/[^\s#]+|git@[^\s#]+)#[0-9a-f]{40}(?::[^\s]+)?$/.test(
    context,
  );
}

function isWindowsPath(path: string): boolean {
  return /^(?:[a-zA-Z]:[\\/]|\\\\)/.test(path);
}

const resolvers = patterns<Resolve>({
  "services.*.build.context": asContext,
  "services.*.build.additional_contexts.*": asContext,
  "services.*.build.ssh.*": asPath,
  "services.*.env_file.*.path": asPath,
  "services.*.label_file.*": asPath,
  "services.*.extends.file": asPath,
  "services.*.develop.watch.*.path": asPath,
  "services.*.volumes.*": asMount,
  "configs.*.file": asPath,
  "secrets.*.file": asPath,
  "volumes.*": asVolume,
});

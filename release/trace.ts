import { existsSync, lstatSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import { insideOf } from "./bounds";

/** The target of a path, and the way to it. */
export interface Trace {
  /** The links on the way, absolute, without links themselves; links outside of the tree are left out. */
  links: string[];
  /** The place of its content, absolute and without links, whether or not it exists. */
  real: string;
}

/** How many links in a row are followed, as on Linux. */
const limit = 40;

/**
 * Follows a path through the links of a work tree, because for git a link is only the name of its target.
 *
 * @param top the work tree's top, absolute and without links
 * @param path an absolute path inside
 */
export function traceOf(top: string, path: string): Trace {
  const links: string[] = [];
  let at = top;
  const rest = (insideOf(top, path) ?? "").split("/").filter(Boolean);
  while (rest.length > 0) {
    const name = rest.shift() as string;
    if (name === ".") continue;
    const next = name === ".." ? dirname(at) : join(at, name);
    if (insideOf(top, next) === undefined) return { links, real: withoutLinks(join(next, ...rest)) };
    if (name === ".." || !entryAt(next)?.isSymbolicLink() || links.length === limit) {
      at = next;
      continue;
    }
    links.push(next);
    const target = readlinkSync(next);
    if (target.startsWith(sep)) {
      const whole = join(target, ...rest);
      if (insideOf(top, target) === undefined) return { links, real: withoutLinks(whole) };
      at = top;
      rest.splice(0, rest.length, ...(insideOf(top, whole) ?? "").split("/").filter(Boolean));
    } else {
      rest.unshift(...target.split("/").filter(Boolean));
    }
  }
  return { links, real: at };
}

/** The entry at a path, a link as itself; undefined where there is none, or a folder of the path is a file. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function withoutLinks(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

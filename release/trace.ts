import { existsSync, lstatSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import { insideOf } from "./context";

/** What a path leads to. */
export interface Trace {
  /** The links on the way, absolute, without links themselves. Those outside of the tree are not among them. */
  links: string[];
  /** Where its content is, absolute and without links, whether or not there is any. */
  real: string;
}

/** As many links in a row as Linux follows. */
const limit = 40;

/**
 * Follows a path through the links of a work tree, because git knows a link as its target's name alone.
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

/** What is at a path, a link as itself; undefined where there is nothing, or a file where a folder would have to be. */
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

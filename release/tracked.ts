import { execFileSync } from "node:child_process";
import { basename, dirname, posix, resolve } from "node:path";

/** Files whose only purpose is that git holds a folder that is empty otherwise. */
const marks = [".gitkeep", ".keep", ".gitignore"];

/**
 * Whether git holds anything at a path of the project, or below it, that is more than the mark of an empty folder. Git is asked in the folder that
 * holds the path, so that a link to another folder, or a submodule, belongs to its own work tree.
 *
 * @param root the project's folder, absolute
 */
export function isTracked(root: string, path: string): boolean {
  const top = resolve(root, path);
  const asked = top === resolve(root) ? { folder: top, name: "." } : { folder: dirname(top), name: basename(top) };
  try {
    const told = execFileSync("git", ["-C", asked.folder, "ls-files", "-z", "--", `:(literal)${asked.name}`], {
      encoding: "utf8",
      maxBuffer: 256 << 20,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return told.split("\0").some((file) => file !== "" && !marks.includes(posix.basename(file)));
  } catch {
    // The folder around it is not there, or belongs to no work tree.
    return false;
  }
}

import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Mount } from "../../compose/index";

/** A path of the project that services write to and that no release holds: its data are on a volume of the stage. */
export interface KeptPath {
  /** Relative to the project, with forward slashes. */
  path: string;
  /** The volume's key in the application; no compose file can have one with a slash. */
  key: string;
  /** The volume's name in the Docker Engine. */
  name: string;
  kind: "file" | "folder";
  /** What has to be on the volume before anything mounts it, by its path there. */
  inside: { path: string; kind: "file" | "folder" }[];
  /** The service that has what git holds there for writing (`x-slipway.writable`); undefined: git holds nothing there. */
  writableFor?: string;
}

/** A mount of one file or folder on a volume, by its path there. */
export interface MountWithin extends Mount {
  within?: string;
}

/**
 * A readable name, different for each path; it depends on nothing else, so that the data are found again.
 *
 * @param known what is at that path, where every clone has it; undefined: its name decides
 */
export function keptPath(project: string, path: string, target: string, known?: KeptPath["kind"]): KeptPath {
  const words = path.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "");
  const mark = createHash("sha256").update(path).digest("hex").slice(0, 8);
  const kind = known ?? (isCalledAsFile(path) && isCalledAsFile(target) ? "file" : "folder");
  return {
    path,
    key: `./${path}`,
    name: `${project}_${[words, mark].filter(Boolean).join("-")}`,
    kind,
    inside: kind === "file" ? [{ path: posix.basename(path), kind }] : [],
  };
}

/**
 * Whether a path is that of a file, by its name: what is not there yet, or is not there in another clone, tells no more, and a volume keeps
 * the form that it began with.
 */
export function isCalledAsFile(path: string): boolean {
  const name = posix.basename(path);
  if (/^\.(env(\..+)?|htpasswd|[\w-]+rc)$/.test(name)) return true;
  return /[^.]\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(name) && !name.endsWith(".d");
}

/** Whether a path of the project is a folder of it, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "." || path.startsWith(`${folder}/`);
}

import { execFileSync } from "node:child_process";
import { closeSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import type { ProjectFiles } from "../application/files";
import { Bounds } from "./bounds";
import { bundleId, checkOwn, isBundled, partsOf } from "./bundles";
import type { Release } from "./record";
import { fewFiles, formatSize, mostOfDocument, smallSource } from "../application/sizes";
import { isLittle, survey, SurveyError } from "./survey";
import { isTracked } from "./tracked";

/** The files in the project's folder, and in the git work tree around it. */
export class WorkFiles implements StageFiles {
  /** @param root the project's folder, absolute */
  constructor(readonly root: string) {}

  bytes(path: string): Uint8Array | undefined {
    const opened = Bounds.around(this.root).open(this.absolute(path), path);
    if (!opened) return undefined;
    try {
      if (opened.stats.size > mostOfDocument) {
        throw new SurveyError(
          `The file ${path} has ${formatSize(opened.stats.size)}, and what describes an application, or is a secret, has ${formatSize(mostOfDocument)} at most: data belongs on a named volume, at an absolute path of the machine, or in an image.`,
        );
      }
      return readFileSync(opened.handle);
    } finally {
      closeSync(opened.handle);
    }
  }

  list(path: string): string[] | undefined {
    const folder = this.absolute(path);
    const real = Bounds.around(this.root).real(folder, path);
    if (real === undefined || !statSync(real).isDirectory()) return undefined;
    return filesBelow(folder, path, Bounds.around(this.root), [real]).sort();
  }

  isExecutable(path: string): boolean {
    const real = Bounds.around(this.root).real(this.absolute(path), path);
    return real !== undefined && (statSync(real).mode & 0o111) !== 0;
  }

  bundle(path: string, mode?: string): string | undefined {
    Bounds.around(this.root).real(this.absolute(path), path);
    if (isLittle(this.root, path, { files: fewFiles, bytes: smallSource })) return undefined;
    const found = survey(this.root, path);
    if (!found) return undefined;
    if (isBundled(found)) return bundleId(path, mode);
    this.checkOwn(path);
    return undefined;
  }

  holds(path: string): boolean {
    return isTracked(this.root, path);
  }

  kindOf(path: string): "file" | "folder" | undefined {
    const found = statSync(this.absolute(path), { throwIfNoEntry: false });
    return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined;
  }

  /** Whether there is a file. */
  has(path: string): boolean {
    return statSync(this.absolute(path), { throwIfNoEntry: false })?.isFile() ?? false;
  }

  /** @throws SurveyError where a path holds more than a stage may have of its own */
  checkOwn(path: string): void {
    checkOwn(this.root, path);
  }

  /** The absolute path of a file of the project. */
  absolute(path: string): string {
    return resolve(this.root, path);
  }

  /** Whether git holds a file, or a part of a folder. */
  isTracked(path: string): boolean {
    try {
      const args = ["-C", this.root, "ls-files", "--error-unmatch", "--", `:(literal)${path}`];
      execFileSync("git", args, { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * The files below a folder, links to files and folders followed.
 *
 * @param shown the folder, as the compose file has it
 * @param above the folder itself and those that it lies in, without links
 * @throws Error for a link that leads nowhere, out of the bounds, or to a folder that it lies in
 */
function filesBelow(folder: string, shown: string, bounds: Bounds, above: readonly string[]): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const real = bounds.real(path, posix.join(shown, name));
    if (real === undefined) {
      throw new Error(`${path}, which is mounted, is a link that leads to nothing: mend it, or take it away.`);
    }
    const found = statSync(real);
    if (found.isFile()) return [name];
    if (!found.isDirectory()) return [];
    if (above.includes(real)) {
      throw new Error(`${path}, which is mounted, is a link to a folder that it lies in: take it away.`);
    }
    const below = filesBelow(path, posix.join(shown, name), bounds, [...above, real]);
    return below.map((one) => posix.join(name, one));
  });
}

/** A stage's own files. */
export interface StageFiles extends ProjectFiles {
  /** @throws SurveyError where a path holds more than a stage may have of its own */
  checkOwn(path: string): void;
}

/** What a stage that takes a release over lets it have of the stage's own files. */
export class OwnFiles implements StageFiles {
  /** Files that are there and that the release has no right to. */
  readonly withheld = new Set<string>();
  private readonly decided = new Map<string, boolean>();

  constructor(
    private readonly work: WorkFiles,
    private readonly release: Pick<Release, "own">,
  ) {}

  bytes(path: string): Uint8Array | undefined {
    return this.gives(path) ? this.work.bytes(path) : undefined;
  }

  list(path: string): string[] | undefined {
    return this.gives(path) ? this.work.list(path) : undefined;
  }

  isExecutable(path: string): boolean {
    return this.gives(path) && this.work.isExecutable(path);
  }

  bundle(): undefined {
    return undefined;
  }

  holds(path: string): boolean {
    return this.work.holds(path);
  }

  kindOf(path: string): "file" | "folder" | undefined {
    return this.gives(path) ? this.work.kindOf(path) : undefined;
  }

  checkOwn(path: string): void {
    if (this.gives(path)) this.work.checkOwn(path);
  }

  /** What its record names, or what git holds here: whoever sees the repository sees that. Older records name nothing. */
  private gives(path: string): boolean {
    const { own } = this.release;
    if (own === undefined || own.some((one) => isWithin(path, one))) return true;
    const known = this.decided.get(path);
    if (known !== undefined) return known;
    const isThere = existsSync(this.work.absolute(path));
    const gives = isThere && this.work.isTracked(path);
    if (isThere && !gives) this.withheld.add(path);
    this.decided.set(path, gives);
    return gives;
  }
}

/** The files of a release. Files that it lacks, such as those that git ignores, are the stage's own. */
export class ReleaseFiles implements ProjectFiles {
  constructor(
    private readonly release: Release,
    private readonly own: StageFiles,
  ) {}

  bytes(path: string): Uint8Array | undefined {
    return this.release.files[path] ?? this.own.bytes(path);
  }

  list(path: string, orOwn = true): string[] | undefined {
    const folder = `${path}/`;
    const held = Object.keys(this.release.files).filter((file) => file.startsWith(folder));
    if (held.length > 0) return held.map((file) => file.slice(folder.length)).sort();
    return orOwn ? this.own.list(path) : undefined;
  }

  isExecutable(path: string): boolean {
    return path in this.release.files ? (this.release.executable ?? []).includes(path) : this.own.isExecutable(path);
  }

  bundle(path: string, mode?: string): string | undefined {
    const ids = Object.keys(this.release.bundles ?? {});
    const id = bundleId(path, mode);
    if (ids.includes(id)) return id;
    if (path in this.release.files || this.list(path, false)) return undefined;
    const whole = ids.find((one) => isWithin(path, partsOf(one).source));
    if (whole !== undefined) {
      throw new SurveyError(
        `${path} is mounted${mode === undefined ? "" : ` with the mode ${mode}`}, and the release ${this.release.name} holds ${partsOf(whole).source} as a whole: mount that, or mount ${path} in the compose file of the next release.`,
      );
    }
    this.own.checkOwn(path);
    return undefined;
  }

  holds(path: string): boolean {
    const bundled = Object.keys(this.release.bundles ?? {}).map((id) => partsOf(id).source);
    return (
      Object.keys(this.release.files).some((file) => isWithin(file, path)) ||
      bundled.some((source) => source !== "" && (isWithin(path, source) || isWithin(source, path)))
    );
  }

  kindOf(path: string): "file" | "folder" | undefined {
    if (path in this.release.files) return "file";
    return this.list(path, false) ? "folder" : this.own.kindOf(path);
  }
}

/** Files for what a release names, and others for what only the stage's overlay names, which is its operator's word. */
export class OverlaidFiles implements ProjectFiles {
  /** @param named the paths that the release names without the overlay */
  constructor(
    private readonly files: ProjectFiles,
    private readonly others: ProjectFiles,
    private readonly named: ReadonlySet<string>,
  ) {}

  bytes(path: string): Uint8Array | undefined {
    return this.from(path).bytes(path);
  }

  list(path: string): string[] | undefined {
    return this.from(path).list(path);
  }

  isExecutable(path: string): boolean {
    return this.from(path).isExecutable(path);
  }

  bundle(path: string, mode?: string): string | undefined {
    return this.from(path).bundle(path, mode);
  }

  holds(path: string): boolean {
    return this.from(path).holds(path);
  }

  kindOf(path: string): "file" | "folder" | undefined {
    return this.from(path).kindOf(path);
  }

  private from(path: string): ProjectFiles {
    return [...this.named].some((one) => isWithin(path, one)) ? this.files : this.others;
  }
}

/** Notes the files and bundles that are used, because those enter the release. */
export class NotedFiles implements ProjectFiles {
  readonly used = new Set<string>();
  /** What was asked for, whether or not it is there. */
  readonly asked = new Set<string>();
  readonly bundles = new Set<string>();

  constructor(private readonly files: ProjectFiles) {}

  bytes(path: string): Uint8Array | undefined {
    this.asked.add(path);
    const bytes = this.files.bytes(path);
    if (bytes) {
      this.used.add(path);
    }
    return bytes;
  }

  list(path: string): string[] | undefined {
    return this.files.list(path);
  }

  isExecutable(path: string): boolean {
    return this.files.isExecutable(path);
  }

  holds(path: string): boolean {
    return this.files.holds(path);
  }

  kindOf(path: string): "file" | "folder" | undefined {
    return this.files.kindOf(path);
  }

  bundle(path: string, mode?: string): string | undefined {
    const id = this.files.bundle(path, mode);
    if (id !== undefined) this.bundles.add(id);
    return id;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "." || path.startsWith(`${folder}/`);
}

import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import type { ProjectFiles } from "../application/files";
import { bundleId, checkOwn, isBundled, partsOf } from "./bundles";
import type { Release } from "./record";
import { fewFiles, formatSize, mostOfDocument, smallSource } from "../application/sizes";
import { isLittle, survey, SurveyError } from "./survey";
import { isTracked } from "./tracked";

/** The files in the project's folder. */
export class WorkFiles implements ProjectFiles {
  /** @param root the project's folder, absolute */
  constructor(readonly root: string) {}

  bytes(path: string): Uint8Array | undefined {
    const file = this.absolute(path);
    if (!existsSync(file)) return undefined;
    const stats = statSync(file);
    if (!stats.isFile()) return undefined;
    if (stats.size > mostOfDocument) {
      throw new SurveyError(
        `The file ${path} has ${formatSize(stats.size)}, and what describes an application, or is a secret, has ${formatSize(mostOfDocument)} at most: data belongs on a named volume, at an absolute path of the machine, or in an image.`,
      );
    }
    return readFileSync(file);
  }

  list(path: string): string[] | undefined {
    const folder = this.absolute(path);
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      return undefined;
    }
    return filesBelow(folder, [realpathSync(folder)]).sort();
  }

  isExecutable(path: string): boolean {
    return (statSync(this.absolute(path)).mode & 0o111) !== 0;
  }

  bundle(path: string, mode?: string): string | undefined {
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
}

/**
 * The files below a folder, links to files and folders followed.
 *
 * @param above the folder itself and those that it lies in, without links
 * @throws Error for a link that leads nowhere, or to a folder that it lies in
 */
function filesBelow(folder: string, above: readonly string[]): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (!existsSync(path)) {
      throw new Error(`${path}, which is mounted, is a link that leads to nothing: mend it, or take it away.`);
    }
    const found = statSync(path);
    if (found.isFile()) return [name];
    if (!found.isDirectory()) return [];
    const real = realpathSync(path);
    if (above.includes(real)) {
      throw new Error(`${path}, which is mounted, is a link to a folder that it lies in: take it away.`);
    }
    return filesBelow(path, [...above, real]).map((below) => posix.join(name, below));
  });
}

/**
 * The files of a release. Files that it lacks (a stage's overlay, files that git ignores) are the stage's own and come
 * from the project's folder.
 */
export class ReleaseFiles implements ProjectFiles {
  constructor(
    private readonly release: Release,
    private readonly own: WorkFiles,
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
    return this.own.kindOf(path);
  }
}

/** Notes the files and bundles that are used, because those enter the release. */
export class NotedFiles implements ProjectFiles {
  readonly used = new Set<string>();
  readonly bundles = new Set<string>();

  constructor(private readonly files: ProjectFiles) {}

  bytes(path: string): Uint8Array | undefined {
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

import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import type { Release } from "./release";

/** The files that an application is described by; paths are relative to the project, with forward slashes. */
export interface ProjectFiles {
  /** A file's content; undefined where there is none. */
  bytes(path: string): Uint8Array | undefined;
  /** The files below a folder, with their paths in it; undefined where there is no such folder. */
  list(path: string): string[] | undefined;
  isExecutable(path: string): boolean;
}

/** The files as they lie in the project's folder. */
export class WorkFiles implements ProjectFiles {
  /** @param root the project's folder, absolute */
  constructor(readonly root: string) {}

  bytes(path: string): Uint8Array | undefined {
    const file = this.absolute(path);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file) : undefined;
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

  absolute(path: string): string {
    return resolve(this.root, path);
  }
}

/**
 * The files below a folder, also those that links lead to.
 *
 * @param above the folders that it lies in, without links, and itself
 * @throws Error for a link that leads to nothing, or to a folder that it lies in
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
 * The files of a release. What it does not hold (a stage's overlay, files that git ignores) is the stage's own and comes
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

  list(path: string): string[] | undefined {
    const folder = `${path}/`;
    const held = Object.keys(this.release.files).filter((file) => file.startsWith(folder));
    return held.length > 0 ? held.map((file) => file.slice(folder.length)).sort() : this.own.list(path);
  }

  isExecutable(path: string): boolean {
    return path in this.release.files ? (this.release.executable ?? []).includes(path) : this.own.isExecutable(path);
  }
}

/** Notes which files are used, because those are the ones that a release takes along. */
export class NotedFiles implements ProjectFiles {
  readonly used = new Set<string>();

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
}

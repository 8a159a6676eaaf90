import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** How many files of output are kept in a folder. */
const kept = 30;

/**
 * A file for a job's output, readable by its owner only. The job does not depend on it: where nothing can be written, such as
 * on a full disk, the output is lost and the job goes on.
 */
export class JobLog {
  private file?: number;

  /** Begins the file anew. */
  constructor(readonly path: string) {
    try {
      const folder = dirname(path);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      clear(folder, basename(path));
      // Not written into what is there, which somebody else may be allowed to read.
      rmSync(path, { force: true });
      this.file = openSync(path, "wx", 0o600);
    } catch {
      this.file = undefined;
    }
  }

  write(bytes: Uint8Array): void {
    try {
      if (this.file !== undefined) {
        writeSync(this.file, bytes);
      }
    } catch {
      this.close();
    }
  }

  close(): void {
    if (this.file !== undefined) {
      closeSync(this.file);
      this.file = undefined;
    }
  }
}

/** Makes room for one more file, by taking the oldest away. */
function clear(folder: string, coming: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".log") && name !== coming)
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  files.slice(kept - 1).forEach(({ path }) => rmSync(path, { force: true }));
}

import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** How many files of output are kept in a folder. */
const kept = 30;

/**
 * A file for a job's output that only its owner can read. The job goes on where the file cannot be written, as on a
 * full disk; the output is then lost.
 */
export class JobLog {
  private file?: number;

  /** Begins the file anew. */
  constructor(readonly path: string) {
    try {
      const folder = dirname(path);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      clear(folder, basename(path));
      // A new file, because the old one may be readable for others.
      rmSync(path, { force: true });
      this.file = openSync(path, "wx", 0o600);
    } catch {
      this.file = undefined;
    }
  }

  /** Adds output; after a failure, the rest is lost. */
  write(bytes: Uint8Array): void {
    try {
      if (this.file !== undefined) {
        writeSync(this.file, bytes);
      }
    } catch {
      this.close();
    }
  }

  /** Closes the file. */
  close(): void {
    if (this.file !== undefined) {
      closeSync(this.file);
      this.file = undefined;
    }
  }
}

/** Removes the oldest files, so that there is room for one more. */
function clear(folder: string, coming: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".log") && name !== coming)
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  files.slice(kept - 1).forEach(({ path }) => rmSync(path, { force: true }));
}

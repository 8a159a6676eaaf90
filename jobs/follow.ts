import { closeSync, openSync, readSync, statSync } from "node:fs";
import { Lines } from "../docker/lines";

/** How often, in milliseconds, the file is looked at. */
const every = 250;

/** How many bytes are passed on at each look, which makes 64 KiB a second. */
const atOnce = 16 << 10;

/** How many bytes may wait to be passed on before the oldest are left out. */
const backlog = 64 << 10;

/** The line in the place of the bytes that are left out of a file that grows too fast to be shown. */
const gap = (bytes: number, path: string): string => `… ${bytes} bytes are left out here; all of it is in ${path}`;

/**
 * Passes the lines of a file on as they come, until {@link end} is called; at most 64 KiB a second. A file that was
 * there before is read only once it is written anew.
 */
export class Following {
  private readonly lines = new Lines();
  private readonly timer: NodeJS.Timeout;
  private offset = 0;

  /**
   * @param path the file, which may come later
   * @param say gets one line or more each time
   * @param since in milliseconds since 1970: a file that was last written before is not read
   */
  constructor(
    private readonly path: string,
    private readonly say: (lines: string[]) => void,
    private readonly since = Date.now(),
  ) {
    this.timer = setInterval(() => this.look(), every).unref();
  }

  /** Passes on the rest, and ends. */
  end(): void {
    clearInterval(this.timer);
    for (let read = atOnce; read === atOnce;) {
      read = this.look();
    }
    this.pass(this.lines.end());
  }

  /** @returns how many bytes were passed on */
  private look(): number {
    try {
      const { size, mtimeMs } = statSync(this.path);
      // A file system's clock may be a few milliseconds behind.
      if (mtimeMs < this.since - 20) {
        return 0;
      }
      if (size < this.offset) {
        this.offset = 0;
      }
      if (size - this.offset > backlog) {
        this.pass([...this.lines.end(), gap(size - this.offset - atOnce, this.path)]);
        this.offset = size - atOnce;
      }
      const bytes = readAt(this.path, this.offset, Math.min(atOnce, size - this.offset));
      this.offset += bytes.length;
      this.pass(this.lines.push(bytes));
      return bytes.length;
    } catch {
      // Showing the output is a convenience: a file that cannot be read must not stop an update.
      return 0;
    }
  }

  private pass(lines: string[]): void {
    if (lines.length > 0) {
      this.say(lines);
    }
  }
}

function readAt(path: string, offset: number, length: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  } finally {
    closeSync(file);
  }
}

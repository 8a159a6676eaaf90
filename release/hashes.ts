import { execFileSync } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { unreadable } from "./survey";

/** By absolute path, behind the algorithm for git's ids: the marks of the file when it was read, and the digest of what it held then. */
const known = z.record(z.string(), z.tuple([z.string(), z.string()]));

/** Below this many bytes, reading is as quick as remembering. */
const worthRemembering = 1 << 16;

/** A file changed less than this many milliseconds before it was read may change once more within one tick of the file system's clock. */
const settled = 2000;

/** So many files at most are remembered. */
const most = 10_000;

/**
 * The digests of files, each read once for as long as its inode, size and times stay as they are, which is how git itself knows that
 * a file did not change. So a preview without changes does not read what is mounted, however much that is.
 */
export class Hashes {
  private readonly before: Record<string, [string, string]>;
  private readonly now: Record<string, [string, string]> = {};
  private readonly piece = Buffer.allocUnsafe(1 << 20);
  private hasNew = false;

  /** @param file where they are remembered between two runs; undefined: nowhere */
  constructor(private readonly file?: string) {
    this.before = recall(file);
  }

  /** Remembers them in git's own folder of a work tree: no commit, build context or release ever holds that. */
  static in(root: string): Hashes {
    try {
      const told = execFileSync("git", ["-C", root, "rev-parse", "--absolute-git-dir"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return new Hashes(join(told.trim(), "slipway", "hashes.json"));
    } catch {
      return new Hashes();
    }
  }

  /**
   * The SHA-256 digest of a file, in hexadecimal.
   *
   * @param path absolute
   * @throws SurveyError naming a file that cannot be read
   */
  of(path: string): string {
    return this.digest(path, path, () => createHash("sha256"));
  }

  /**
   * The id that git gives a file's content as it is. (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)
   *
   * @param path absolute
   * @param algorithm the repository's
   * @throws SurveyError naming a file that cannot be read
   */
  gitId(path: string, algorithm: "sha1" | "sha256"): string {
    return this.digest(`${algorithm} ${path}`, path, (size) => createHash(algorithm).update(`blob ${size}\0`));
  }

  /** @param key what it is remembered by */
  private digest(key: string, path: string, begin: (size: bigint) => Hash): string {
    let handle: number;
    try {
      handle = openSync(path, "r");
    } catch (error) {
      throw unreadable(path, error);
    }
    try {
      const { ino, size, mtimeNs, ctimeNs } = fstatSync(handle, { bigint: true });
      const mark = [ino, size, mtimeNs, ctimeNs].join(" ");
      const remembered = this.before[key];
      if (remembered?.[0] === mark) {
        this.now[key] = remembered;
        return remembered[1];
      }
      const digest = this.read(handle, begin(size));
      const isSettled = Number(ctimeNs / 1_000_000n) < Date.now() - settled;
      if (size >= worthRemembering && isSettled) {
        this.now[key] = [mark, digest];
        this.hasNew = true;
      }
      return digest;
    } finally {
      closeSync(handle);
    }
  }

  /** Reads in pieces: a file may be larger than memory. */
  private read(handle: number, hash: Hash): string {
    for (let read = readSync(handle, this.piece); read > 0; read = readSync(handle, this.piece)) {
      hash.update(this.piece.subarray(0, read));
    }
    return hash.digest("hex");
  }

  /** Writes down what was read. Where that cannot be, the files are read again the next time. */
  remember(): void {
    if (this.file === undefined || !this.hasNew) return;
    const all = { ...this.before, ...this.now };
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      const next = `${this.file}.${process.pid}`;
      writeFileSync(next, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-most))));
      renameSync(next, this.file);
    } catch {
      // A clone that cannot be written to is none the worse for it.
    }
  }
}

function recall(file: string | undefined): Record<string, [string, string]> {
  if (file === undefined) return {};
  try {
    return known.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

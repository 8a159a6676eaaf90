import { execFileSync } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { unreadable } from "./survey";

/**
 * By absolute path, with the algorithm in front for git's ids: the marks of the file when it was read, and the digest
 * of its content then.
 */
const known = z.record(z.string(), z.tuple([z.string(), z.string()]));

/** Below this many bytes, reading is as quick as remembering. */
const worthRemembering = 1 << 16;

/**
 * A file that changed less than this many milliseconds before it was read may change again within the same tick of the
 * file system's clock.
 */
const settled = 2000;

/** How many files are remembered at most. */
const most = 10_000;

/**
 * The digests of files. A file is read again only when its inode, size or times change, which is also how git notices a
 * change. So a preview without changes reads no mounted files, whatever their size.
 */
export class Hashes {
  private readonly before: Record<string, [string, string]>;
  private readonly now: Record<string, [string, string]> = {};
  private readonly piece = Buffer.allocUnsafe(1 << 20);
  private hasNew = false;

  /** @param file where the digests are remembered between two runs; undefined: nowhere */
  constructor(private readonly file?: string) {
    this.before = recall(file);
  }

  /** Remembers digests in git's own folder of a work tree, which is part of no commit, build context or release. */
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
   * The id that git gives a file's unfiltered content. (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)
   *
   * @param path absolute
   * @param algorithm the repository's
   * @throws SurveyError naming a file that cannot be read
   */
  gitId(path: string, algorithm: "sha1" | "sha256"): string {
    return this.digest(`${algorithm} ${path}`, path, (size) => createHash(algorithm).update(`blob ${size}\0`));
  }

  /** @param key under which the digest is remembered */
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

  /** Reads in pieces, because a file may be larger than memory. */
  private read(handle: number, hash: Hash): string {
    for (let read = readSync(handle, this.piece); read > 0; read = readSync(handle, this.piece)) {
      hash.update(this.piece.subarray(0, read));
    }
    return hash.digest("hex");
  }

  /** Writes the digests down. Where that fails, the files are read again the next time. */
  remember(): void {
    if (this.file === undefined || !this.hasNew) return;
    const all = { ...this.before, ...this.now };
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      const next = `${this.file}.${process.pid}`;
      writeFileSync(next, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-most))));
      renameSync(next, this.file);
    } catch {
      // A read-only clone works without remembered digests.
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

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of a test's own, in which it may make a git repository. */
export class Folder {
  /** Absolute. */
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "slipway-folder-")));

  at(path: string): string {
    return join(this.path, path);
  }

  /** Writes files: path → content; one that begins with `#!` may be executed. */
  write(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.at(path)), { recursive: true });
      writeFileSync(this.at(path), text);
      chmodSync(this.at(path), text.startsWith("#!") ? 0o755 : 0o644);
    }
    return this;
  }

  /** Runs git in the folder, whoever the user of the machine is. */
  git(...args: string[]): string {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"];
    return execFileSync("git", ["-C", this.path, ...who, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Commits everything, in a new repository where there is none yet. */
  commit(message = "All of it"): this {
    this.git("init", "--quiet");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

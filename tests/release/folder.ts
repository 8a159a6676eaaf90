import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What was made and not removed yet; a run that breaks off leaves nothing of it behind. */
const open = new Set<Folder>();
process.once("exit", () => open.forEach((folder) => folder.remove()));

/**
 * A folder of a test's own, in which it may make a git repository. `using` removes it at the end of a block, however
 * that ends.
 */
export class Folder implements Disposable {
  private made: string | undefined;

  /** Absolute. The folder is made when it is first asked for: a suite of which no test is run makes none. */
  get path(): string {
    if (this.made === undefined) {
      this.made = realpathSync(mkdtempSync(join(tmpdir(), "slipway-folder-")));
      open.add(this);
    }
    return this.made;
  }

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

  read(path: string): string {
    return readFileSync(this.at(path), "utf8");
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
    if (!existsSync(this.at(".git"))) this.git("init", "--quiet", "--template=");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this;
  }

  /** A folder with the same files and the same repository. */
  copy(): Folder {
    const copy = new Folder();
    cpSync(this.path, copy.path, { recursive: true });
    return copy;
  }

  remove(): void {
    if (this.made !== undefined) rmSync(this.made, { recursive: true, force: true });
    this.made = undefined;
    open.delete(this);
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "../release/folder";

/** The repository's top folder. */
export const root = join(__dirname, "..", "..");

/** What every machine has. */
const ordinary = [
  "bash",
  "cat",
  "chmod",
  "find",
  "grep",
  "head",
  "hostname",
  "ls",
  "mkdir",
  "mv",
  "rm",
  "sed",
  "sleep",
  "tail",
  "tr",
];

/** How a command ended. */
export interface Ended {
  status: number | null;
  /** Standard output and standard error. */
  text: string;
}

/** A machine as the set-up sees it: a folder for a project, and on PATH only what every machine has and what a test adds. */
export class Machine {
  /** Where the set-up keeps what it keeps; removed when the run of tests ends. */
  readonly project = new Folder().path;
  private readonly bin = join(this.project, "bin");

  constructor() {
    mkdirSync(this.bin);
    ordinary.forEach((program) => this.link(program));
    symlinkSync(process.execPath, join(this.bin, "node"));
  }

  /** Puts a program of this machine on PATH. */
  link(program: string): void {
    const { stdout } = spawnSync("bash", ["-c", 'command -v "$1"', "bash", program], { encoding: "utf8" });
    symlinkSync(stdout.trim(), join(this.bin, program));
  }

  /** Puts a program on PATH, written in bash. */
  program(name: string, body: string): void {
    const file = join(this.bin, name);
    writeFileSync(file, `#!${join(this.bin, "bash")}\n${body}\n`);
    chmodSync(file, 0o755);
  }

  /** Sources files of setup/steps and runs a line of bash, as root or not. */
  run(
    line: string,
    { steps, env = {}, user = 0 }: { steps: string[]; env?: Record<string, string>; user?: number },
  ): Ended {
    this.program("id", `case $1 in -u) echo ${user} ;; *) echo ${user === 0 ? "root" : "ada"} ;; esac`);
    const sources = ["paths", "say", ...steps].map((step) => `source ${join(root, "setup", "steps", `${step}.sh`)}`);
    const script = ["set -euo pipefail", `project=${this.project}`, ...sources, "ensure_state_folder", line].join("\n");
    const { status, stdout, stderr } = spawnSync(join(this.bin, "bash"), ["-c", script], {
      cwd: this.project,
      env: { PATH: this.bin, HOME: this.project, ...env },
      encoding: "utf8",
    });
    return { status, text: stdout + stderr };
  }
}

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, sweep } from "./docker";
import { linkPackages } from "./package";
import { PulumiCli } from "./pulumi";

/** A tiny program on the engine, without Slipway: for what the design takes for granted of the engine itself. */
export class Lab {
  readonly name = `lab-${randomBytes(3).toString("hex")}`;
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-lab-")));
  readonly engine = new PulumiCli(this.folder, this.name, join(this.folder, "state"));
  /** What every object of the Docker Engine is labelled with. */
  readonly labels = `[{ label: "slipway.project", value: ${JSON.stringify(this.name)} }]`;

  async open(): Promise<void> {
    mkdirSync(join(this.folder, "node_modules"));
    linkPackages(join(this.folder, "node_modules"));
    const runtime = "{ name: nodejs, options: { typescript: false } }";
    writeFileSync(join(this.folder, "Pulumi.yaml"), `name: ${this.name}\nruntime: ${runtime}\nmain: index.js\n`);
    await this.engine.init("lab");
  }

  /** Puts another program in place; `docker`, `command`, `pulumi`, `labels` and `name` are at hand in it. */
  program(body: string): void {
    const head = [
      'const pulumi = require("@pulumi/pulumi");',
      'const docker = require("@pulumi/docker");',
      'const command = require("@pulumi/command");',
      `const name = ${JSON.stringify(this.name)};`,
      `const labels = ${this.labels};`,
    ];
    writeFileSync(join(this.folder, "index.js"), [...head, body].join("\n"));
  }

  /** The commands of the running containers, oldest first. */
  async running(): Promise<string[]> {
    const filter = ["--filter", `label=slipway.project=${this.name}`];
    const text = await docker("ps", "--no-trunc", ...filter, "--format", "{{.CreatedAt}}\t{{.Command}}");
    return text
      .split("\n")
      .filter(Boolean)
      .sort()
      .map((line) => line.split("\t")[1] ?? "");
  }

  async close(): Promise<void> {
    await sweep(this.name);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModuleKind, transpileModule } from "typescript";
import { leftovers } from "../tests/e2e/docker";
import { pulumi } from "../tests/e2e/engines";
import { Project } from "../tests/e2e/project";
import { run } from "../tests/e2e/run";

const atOnce = 5;

const programs = join(__dirname, "programs");

/** Everything that a run of the benchmark makes on this machine, so that all of it can be removed. */
export class Scratch {
  /** The program that is loaded before a Pulumi program, compiled. */
  readonly probe: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  private projects: Project[] = [];

  constructor() {
    this.probe = join(this.folder, "probe.cjs");
    writeFileSync(this.probe, compiled(source("probe.ts")));
  }

  /** A project of its own, from an application's folder. */
  async project(title: string, application: string): Promise<Project> {
    const project = await Project.create(pulumi, title, application);
    this.projects.push(project);
    return project;
  }

  /** An empty folder. */
  empty(): string {
    return mkdtempSync(join(this.folder, "empty-"));
  }

  /** Removes all projects made so far: containers, networks, volumes, images, files. */
  async clear(): Promise<void> {
    for (const project of [...this.projects]) {
      await removeContainers(project.name);
      await project.dispose();
      // Only now, so that a run that is stopped meanwhile still removes the rest.
      this.projects = this.projects.filter((other) => other !== project);
    }
  }

  /** Removes everything. */
  async dispose(): Promise<void> {
    await this.clear();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A few at a time: when a hundred are removed at once, an Engine may leave ends of their networks behind. */
async function removeContainers(project: string): Promise<void> {
  if (process.env["SLIPWAY_TEST_KEEP"]) {
    return;
  }
  const containers = (await leftovers(project)).container;
  for (let index = 0; index < containers.length; index += atOnce) {
    await run("docker", ["rm", "--force", ...containers.slice(index, index + atOnce)]);
  }
}

/** The text of one of the measured programs. */
export function source(name: string): string {
  return readFileSync(join(programs, name), "utf8");
}

function compiled(text: string): string {
  return transpileModule(text, { compilerOptions: { module: ModuleKind.CommonJS } }).outputText;
}

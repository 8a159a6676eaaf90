import assert from "node:assert/strict";
import { join } from "node:path";
import type { EngineKind } from "./engines";
import { Project } from "./project";

/** An application of one service in two stages, with the registry that all scenarios share. */
export class Small {
  private constructor(readonly project: Project) {}

  static async open(kind: EngineKind): Promise<Small> {
    const project = await Project.create(kind, "small", join(__dirname, "fixtures", "small"));
    const at = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry: at });
    await project.stage("production", { promoteFrom: "staging", registry: at });
    for (const stage of ["staging", "production"]) {
      await project.logIn(stage);
    }
    return new Small(project);
  }

  /** The release that a stage says it runs. */
  async release(stage: string): Promise<string> {
    const { release } = await this.project.engine.outputs(stage);
    assert.ok(release, `${stage} has no release`);
    return release.name;
  }

  /** Does some work while a file of the project is another, uncommitted; then it is as git has it. */
  async edited(path: string, from: string, to: string, work: () => Promise<void>): Promise<void> {
    this.project.edit(path, from, to);
    try {
      await work();
    } finally {
      await this.project.git("checkout", "--quiet", "--", path);
    }
  }

  /** Does some work while a stage has another setting. */
  async set(stage: string, key: string, value: string, work: () => Promise<void>): Promise<void> {
    await this.project.engine.setConfig(stage, key, value);
    try {
      await work();
    } finally {
      await this.project.engine.removeConfig(stage, key);
    }
  }

  /** Commits a change of the compose file, which makes the next release. */
  async another(edition: string): Promise<void> {
    const text = this.project.read("compose.yaml").replace(/EDITION: .*/, `EDITION: ${edition}`);
    this.project.write("compose.yaml", text);
    await this.project.commit(`Make the ${edition} edition`);
  }
}

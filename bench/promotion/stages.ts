import { freePorts } from "../../tests/e2e/ports";
import type { Project, Settings } from "../../tests/e2e/project";
import { source, type Scratch } from "../scratch";
import { Stack } from "../stack";
import { writeTsconfig } from "../tsconfig";
import { buildFiles, composeFile, type Edition } from "./application";

/** Staging and production of the application on this machine. */
export class Stages {
  /** The names of the releases that staging has verified, by the version of their web service. */
  private readonly releases = new Map<string, string>();

  private constructor(
    private readonly project: Project,
    private readonly staging: Stack,
    readonly production: Stack,
    private readonly settings: Settings,
    /** Production's address. */
    readonly url: string,
  ) {}

  /** @param watch how long, in seconds, production watches a new release */
  static async open(scratch: Scratch, watch: number): Promise<Stages> {
    const project = await scratch.project("bench-promotion", scratch.empty());
    project.write("index.ts", source("staged.ts"));
    writeTsconfig(project);
    for (const [name, text] of Object.entries(buildFiles())) project.write(`app/${name}`, text);
    const [here = 0, there = 0] = await freePorts(2);
    const staging = new Stack("staging", project, "staging", scratch.probe);
    const production = new Stack("production", project, "production", scratch.probe);
    const checked = (seconds: number): Settings => ({ checks: [{ service: "web", path: "/check" }], watch: seconds });
    await staging.init({
      compose: "compose.yaml",
      registry: await project.registry(),
      env: { WEB_PORT: String(here) },
      ...checked(1),
    });
    const settings = { promoteFrom: "staging", env: { WEB_PORT: String(there) }, ...checked(watch) };
    await production.init(settings);
    return new Stages(project, staging, production, settings, `http://127.0.0.1:${there}`);
  }

  /** The labels of production's containers. */
  get labels(): string[] {
    return [`slipway.project=${this.project.name}`, "slipway.stage=production"];
  }

  /** Builds and verifies a release in staging, once. */
  async verify(edition: Edition): Promise<void> {
    if (this.releases.has(edition.web)) {
      return;
    }
    this.project.write("compose.yaml", composeFile(edition));
    await this.project.commit(`Make ${edition.web}`);
    await this.staging.up();
    this.releases.set(edition.web, ((await this.staging.output("release")) as { name: string }).name);
  }

  /** Makes production's next update promote staging's release. */
  follow(): void {
    this.production.configure(this.settings);
  }

  /** Makes production's next update go to a release that was verified before. */
  pin({ web }: Edition): void {
    this.production.configure({ ...this.settings, release: this.releases.get(web) });
  }
}

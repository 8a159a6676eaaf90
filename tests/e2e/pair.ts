import { join } from "node:path";
import { docker } from "./docker";
import type { EngineKind } from "./engines";
import { freePorts } from "./ports";
import { Project } from "./project";

/** What the page of the pair tells. */
export interface Told {
  edition: string;
  release: string;
  called: { edition: string; release: string };
}

/** A page and the service that it calls by name, in one stage that builds. */
export class Pair {
  private constructor(
    readonly project: Project,
    private readonly port: number,
  ) {}

  /** @param settings of the stage, beside those that it must have */
  static async open(kind: EngineKind, settings: Record<string, unknown> = {}): Promise<Pair> {
    const project = await Project.create(kind, "pair", join(__dirname, "fixtures", "pair"));
    const [port = 0] = await freePorts(1);
    await project.stage("staging", {
      compose: "compose.yaml",
      registry: await project.sharedRegistry(),
      env: { WEB_PORT: String(port) },
      ...settings,
    });
    await project.logIn("staging");
    return new Pair(project, port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  async look(): Promise<Told> {
    const answer = await fetch(this.url, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`status ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Told;
  }

  /** Commits a compose file in which both services are of another edition. */
  async edition(name: string, { fatal = false } = {}): Promise<void> {
    const text = this.project
      .read("compose.yaml")
      .replace(/EDITION: .*/g, `EDITION: ${name}`)
      .replace(/FATAL: .*/, `FATAL: "${fatal ? "yes" : "no"}"`);
    this.project.write("compose.yaml", text);
    await this.project.commit(`Make the ${name} edition`);
  }

  /** The id of the edge's container. */
  async edge(): Promise<string> {
    const labels = { "slipway.project": this.project.name, "slipway.role": "edge" };
    const filters = Object.entries(labels).flatMap(([label, value]) => ["--filter", `label=${label}=${value}`]);
    return (await docker("ps", "--quiet", "--no-trunc", ...filters)).trim();
  }
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePorts } from "../../../tests/e2e/ports";
import { must, run } from "../../../tests/e2e/run";
import { grace, healthcheck, type Edition } from "../application";
import { edition } from "../editions";
import type { Images } from "./images";
import type { Peer } from "./measure";

/** `docker compose up -d --wait`, which most people use, without a proxy in front. */
export class Compose implements Peer {
  readonly group = "compose";

  private constructor(
    private readonly images: Images,
    private readonly port: number,
    readonly label: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async open(images: Images, runs: number): Promise<Compose> {
    for (let number = 1; number <= runs + 1; number++) await images.build(edition(number).web);
    const [port = 0] = await freePorts(1);
    return new Compose(images, port, images.label);
  }

  async up(to: Edition): Promise<void> {
    const file = stringify({
      services: {
        web: {
          ...this.service(to.web),
          environment: { API_URL: "http://api:3000" },
          ports: [`127.0.0.1:${this.port}:3000`],
        },
        api: this.service(to.api),
      },
      networks: { default: { labels: [this.images.label] } },
    });
    writeFileSync(this.file, file);
    await must("docker", ["compose", ...this.project, "up", "--detach", "--wait"]);
  }

  async close(): Promise<void> {
    await run("docker", ["compose", ...this.project, "down", "--timeout", "0"]);
  }

  private get file(): string {
    return join(this.images.folder, "compose.yaml");
  }

  private get project(): string[] {
    return ["--project-name", this.images.name, "--file", this.file];
  }

  private service(version: string): Record<string, unknown> {
    const image = this.images.of(version);
    return { image, labels: [this.images.label], healthcheck, stop_grace_period: `${grace}s` };
  }
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { containers, docker, type Container } from "../docker";
import type { EngineKind } from "../engines";
import { freePorts } from "../ports";
import { Project } from "../project";

/** The application of a service that counts, in one stage that builds and one that takes its releases over. */
export class Counting {
  private constructor(
    readonly project: Project,
    readonly stage: string,
  ) {}

  static async open(kind: EngineKind, stage: "staging" | "production"): Promise<Counting> {
    const project = await Project.create(kind, "holders", join(__dirname, "..", "fixtures", "holders"));
    const registry = await project.sharedRegistry();
    const [one = 0, two = 0] = await freePorts(2);
    await project.stage("staging", { compose: "compose.yaml", registry, env: { PORT: String(one) } });
    await project.stage("production", { promoteFrom: "staging", registry, env: { PORT: String(two) } });
    for (const each of ["staging", "production"]) await project.logIn(each);
    return new Counting(project, stage);
  }

  get volume(): string {
    return `${this.project.name}-${this.stage}_records`;
  }

  /** Commits the compose file with some texts in the place of others. */
  async change(...edits: [from: string | RegExp, to: string][]): Promise<void> {
    const text = edits.reduce((all, [from, to]) => {
      const next = all.replace(from, () => to);
      assert.notEqual(next, all, `nothing is ${String(from)}`);
      return next;
    }, this.project.read("compose.yaml"));
    this.project.write("compose.yaml", text);
    await this.project.commit("Change what holds the records");
  }

  /** The services that run with the volume, or with another one. */
  async holders(volume = this.volume): Promise<string[]> {
    const running = (await containers(this.project.name, this.stage)).filter(isRunning);
    return running.filter((one) => one.Mounts.some(({ Name }) => Name === volume)).map(serviceOf);
  }

  /** What was counted, by all that ever did. */
  async counted(volume = this.volume): Promise<{ by: string; number: number }[]> {
    const text = await docker(
      "run",
      "--rm",
      "--volume",
      `${volume}:/data:ro`,
      "--entrypoint",
      "cat",
      "redis:7",
      "/data/counted",
    );
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => ({ by: line.split(" ")[0] ?? "", number: Number(line.split(" ")[1]) }));
  }

  /** Makes sure that each number was counted once: of two that count beside each other, both count the same. */
  async countedOnce(volume = this.volume): Promise<number> {
    const counted = await this.counted(volume);
    const wrong = counted.find(({ number }, index) => number !== index + 1);
    assert.equal(
      wrong,
      undefined,
      `after ${counted.indexOf(wrong as never)} of ${counted.length}: ${JSON.stringify(wrong)}`,
    );
    return counted.length;
  }

  /** Waits until the volume is held by one service, and that one goes on counting. */
  async goesOn(service: string, within = 60_000): Promise<void> {
    const until = Date.now() + within;
    for (;;) {
      const holders = await this.holders();
      if (String(holders) === service) break;
      assert.ok(Date.now() < until, `${String(holders) || "nothing"} holds the records, not ${service}`);
      await new Promise((done) => setTimeout(done, 200));
    }
    const before = (await this.counted()).length;
    await new Promise((done) => setTimeout(done, 1000));
    assert.ok((await this.counted()).length > before, `${service} does not count`);
  }
}

export function serviceOf({ Config }: Container): string {
  return Config.Labels["slipway.service"] ?? "none";
}

export function isRunning({ State }: Container): boolean {
  return State.Status === "running";
}

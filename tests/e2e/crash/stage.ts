import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { containers, docker, leftovers, type Container } from "../docker";
import { pulumi } from "../engines";
import { succeeds } from "../expect";
import { freePorts } from "../ports";
import { Project } from "../project";
import type { PulumiCli } from "../pulumi";
import { run, type Ended } from "../run";
import { Load } from "./load";
import { HeldPulls } from "./pulls";
import { RunningUpdate } from "./running";

const stage = "production";

/** A small application in production on the real CLI, with two releases to go to and fro between. */
export class CrashStage {
  /** The releases, by the edition that their page says. */
  readonly releases: Record<string, string> = {};
  /** The edition that is wanted. */
  wanted = "first";
  private readonly mark = randomBytes(6).toString("hex");
  private whole: string[] = [];
  private data: string[] = [];
  private readonly visits: Load[] = [];
  /** What stands before the registry that all scenarios share. */
  private pulls?: HeldPulls;

  private constructor(
    readonly project: Project,
    private readonly port: number,
  ) {}

  /**
   * Builds both releases in staging, and brings the first up in production.
   *
   * @param registry whether it has a registry of its own, the one that all scenarios share, or one like that which may be stopped
   */
  static async open(registry: "own" | "alone" | "shared" = "shared"): Promise<CrashStage> {
    const project = await Project.create(pulumi, "crash", join(__dirname, "..", "fixtures", "crash"));
    const [port = 0, other = 0] = await freePorts(2);
    const crash = new CrashStage(project, port);
    try {
      await crash.prepare(other, registry);
    } catch (error) {
      await project.dispose();
      throw error;
    }
    return crash;
  }

  get engine(): PulumiCli {
    return this.project.engine as PulumiCli;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Says which release production is to have from now on. */
  want(edition: string): void {
    this.wanted = edition;
    this.set("release", this.releases[edition]);
  }

  /** Gives a setting of production another value, or takes it away. */
  set(key: string, value: unknown): void {
    this.project.set(stage, key, value);
  }

  /** The other edition than the one that is wanted. */
  get other(): string {
    return this.wanted === "first" ? "second" : "first";
  }

  begin(): RunningUpdate {
    return new RunningUpdate(this.engine, this.project.folder, stage);
  }

  visited(): Load {
    const load = new Load(this.url);
    this.visits.push(load);
    return load;
  }

  /** The edition that answers. */
  async served(): Promise<string> {
    return (await fetch(this.url, { signal: AbortSignal.timeout(10_000) })).text();
  }

  /** Takes each image of the web but the one that serves off the machine, and holds what is pulled next from the shared registry. */
  async holdPull(): Promise<HeldPulls> {
    assert.ok(this.pulls, "its own registry has nothing before it");
    const held = `/${this.project.name}/web`;
    const listed = await docker("image", "ls", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}}");
    const all = listed.split("\n").map((line) => line.split(" "));
    const own = all.filter(([repository = ""]) => repository.endsWith(held));
    const serving = (await docker("inspect", "--format", "{{.Image}}", (await this.container("web")).Id)).slice(7);
    const others = own.filter(([, , , id = ""]) => !serving.startsWith(id));
    assert.ok(others.length > 0, `no image but the one that serves: ${listed}`);
    await docker("image", "rm", "--force", ...new Set(others.map(([, , , id = ""]) => id)));
    this.pulls.hold();
    return this.pulls;
  }

  /** Every container of the stage. */
  async containers(): Promise<Container[]> {
    return containers(this.project.name, stage);
  }

  /** The container of a service or with a role. */
  async container(name: string): Promise<Container> {
    const found = (await this.containers()).find((each) => roleOf(each) === name);
    assert.ok(found, `no container ${name}`);
    return found;
  }

  /** What the edge said of what it did not pass on. */
  async edgeLog(): Promise<string> {
    const lines = (await docker("logs", "--timestamps", "--tail", "20000", (await this.container("edge")).Id)).split(
      "\n",
    );
    return lines
      .filter((line) => !/ 200 \d+ /.test(line))
      .slice(-60)
      .join("\n");
  }

  /** What there is beside what belongs to a stage that is up. */
  async leftOver(): Promise<string[]> {
    const left = (await this.containers()).map(roleOf).sort();
    for (const role of this.whole) {
      const at = left.indexOf(role);
      if (at >= 0) left.splice(at, 1);
    }
    return left;
  }

  /** Runs the one documented command. */
  async recover(): Promise<Ended> {
    const program = join(this.project.folder, "node_modules", "slipway", "dist", "cli", "main.js");
    return run(process.execPath, [program, "recover", "--stack", stage, "--yes"], {
      cwd: this.project.folder,
      env: this.engine.env,
    });
  }

  /** Runs a command of Pulumi's own on the stage. */
  async pulumi(...args: string[]): Promise<Ended> {
    return run("pulumi", [...args, "--non-interactive", "--stack", stage], {
      cwd: this.project.folder,
      env: this.engine.env,
    });
  }

  /** Makes sure that no volume with data is gone, nor what is on it. */
  async keepsData(): Promise<void> {
    assert.deepEqual(await this.dataVolumes(), this.data, "a volume is gone");
  }

  /** Brings it up once, and makes sure that all is as wanted: one of each container, nothing to do, all data there. */
  async converges(): Promise<void> {
    await succeeds(this.engine.up(stage));
    await this.isWhole();
    const { changes } = await succeeds(this.engine.preview(stage));
    assert.deepEqual(changes, [], "another update would change something");
  }

  /** Makes sure that all is as wanted. */
  async isWhole(): Promise<void> {
    assert.equal(await this.served(), this.wanted);
    assert.equal((await this.engine.outputs(stage)).release?.name, this.releases[this.wanted]);
    assert.deepEqual((await this.containers()).map(roleOf).sort(), this.whole, "something is left over, or missing");
    await this.keepsData();
    const { Id } = await this.container("db");
    assert.equal(await docker("exec", Id, "redis-cli", "get", "mark"), this.mark, "data is gone");
  }

  async close(): Promise<void> {
    // A scenario that failed has left its visitors behind.
    await Promise.all(this.visits.map((load) => load.leave()));
    this.pulls?.close();
    await this.project.dispose();
  }

  private async prepare(otherPort: number, kind: "own" | "alone" | "shared"): Promise<void> {
    const { project, engine } = this;
    const shared = kind !== "own";
    const registry = shared ? await project.sharedRegistry({ alone: kind === "alone" }) : await project.registry();
    if (kind === "shared") {
      this.pulls = await HeldPulls.before(String(registry["address"]));
      registry["address"] = this.pulls.address;
    }
    const settings = (port: number): Record<string, unknown> => ({ env: { WEB_PORT: String(port) }, watch: 2 });
    await project.stage("staging", { ...settings(otherPort), registry, compose: "compose.yaml" });
    await project.stage(stage, { ...settings(this.port), ...(shared ? { registry } : {}), promoteFrom: "staging" });
    if (shared) for (const each of ["staging", stage]) await project.logIn(each);
    for (const edition of ["first", "second"]) {
      project.write("compose.yaml", project.read("compose.yaml").replaceAll("first", edition));
      // Another image as well, where pulls are looked at.
      if (kind === "shared") project.write("web/server.mjs", `${project.read("web/server.mjs")}// ${edition}\n`);
      await project.commit(`Make the ${edition} edition`);
      await succeeds(engine.up("staging"));
      this.releases[edition] = (await engine.outputs("staging")).release?.name ?? "";
    }
    // It has done its part, and would take its share of the machine and hold its image there.
    const idle = (await containers(project.name, "staging")).filter((each) => roleOf(each) !== "registry");
    await docker("rm", "--force", ...idle.map(({ Id }) => Id));
    this.want("first");
    await succeeds(engine.up(stage));
    this.whole = (await this.containers()).map(roleOf).sort();
    this.data = await this.dataVolumes();
    const { Id } = await this.container("db");
    await docker("exec", Id, "redis-cli", "set", "mark", this.mark);
  }

  private async dataVolumes(): Promise<string[]> {
    return (await leftovers(this.project.name, stage)).volume.filter((name) => name.endsWith("_data")).sort();
  }
}

/** The service, the service whose files it carries, or the role that a container has. */
export function roleOf({ Config: { Labels: labels } }: Container): string {
  const files = labels["slipway.files"];
  return labels["slipway.service"] ?? labels["slipway.role"] ?? (files ? `${files}'s files` : "something else");
}

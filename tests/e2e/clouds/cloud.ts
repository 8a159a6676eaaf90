import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../docker";
import { must, run, type Ended } from "../run";
import { Store } from "./simulation/store";
import { containerOf, networkOf, removeDisk } from "./simulation/vm";

/** A simulated cloud, for the time of a test: see README.md. */
export class SimulatedCloud {
  private readonly store = new Store(realpathSync(mkdtempSync(join(tmpdir(), "slipway-cloud-"))));

  /** What a project's Pulumi.yaml says, so that its engine takes the simulations for the real providers. */
  static readonly plugins = {
    providers: ["gcp", "azure-native"].map((name) => ({ name, path: join(__dirname, name) })),
  };

  /** Begins one, which everything that this process starts from now on takes for the clouds. */
  static begin(): SimulatedCloud {
    const cloud = new SimulatedCloud();
    process.env["SLIPWAY_SIMULATED_CLOUD"] = cloud.store.folder;
    return cloud;
  }

  /** The VM whose name ends so. */
  vm(stage: string): SimulatedVm {
    const found = this.store
      .all()
      .find(({ id, token }) => /:(Instance|VirtualMachine)$/.test(token) && id.endsWith(stage));
    if (!found) throw new Error(`The simulated cloud has no VM of ${stage}.`);
    return new SimulatedVm(containerOf(this.store, found.id));
  }

  /** The types of what it has, the last part of each, in order. */
  has(): string[] {
    return this.store
      .all()
      .map(({ token }) => token.split(":").at(-1) ?? "")
      .sort();
  }

  async end(): Promise<void> {
    delete process.env["SLIPWAY_SIMULATED_CLOUD"];
    const network = networkOf(this.store);
    const left = await docker("ps", "--all", "--quiet", "--filter", `label=slipway.simulation=${network}`);
    for (const container of left.split("\n").filter(Boolean))
      await run("docker", ["rm", "--force", "--volumes", container]);
    for (const { id, token } of this.store.all()) if (token.endsWith(":Disk")) await removeDisk(this.store, id);
    const format = "{{range .Containers}}{{.Name}} {{end}}";
    const { stdout } = await run("docker", ["network", "inspect", "--format", format, network]);
    for (const name of stdout.split(/\s+/).filter(Boolean)) {
      await run("docker", ["network", "disconnect", "--force", network, name]);
    }
    await run("docker", ["network", "rm", network]);
    rmSync(this.store.folder, { recursive: true, force: true });
  }
}

/** A VM of a simulated cloud. */
export class SimulatedVm {
  constructor(readonly name: string) {}

  async address(): Promise<string> {
    return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", this.name);
  }

  /** Runs a command there, which has to succeed. */
  async sh(script: string): Promise<string> {
    return (await must("docker", ["exec", this.name, "sh", "-c", script])).trim();
  }

  /** Runs a command of its own Docker Engine. */
  docker(...args: string[]): Promise<Ended> {
    return run("docker", ["exec", this.name, "docker", ...args]);
  }

  async restart(): Promise<void> {
    await docker("restart", "--time", "5", this.name);
  }

  /** Takes it away behind everybody's back, as somebody does who deletes it by hand. */
  async lose(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.name);
  }
}

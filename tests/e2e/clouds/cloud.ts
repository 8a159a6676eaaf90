import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../docker";
import { Project } from "../project";
import { MachineInside } from "../machines/inside";
import { run } from "../run";
import { named, type Planted } from "../secrets";
import { azure } from "./simulation/azure";
import { Simulation } from "./simulation/simulation";
import { Store } from "./simulation/store";
import { containerOf, networkOf, removeDisk } from "./simulation/vm";

/** What the settings of a simulated VM have in common: whoever tests is let in, and nothing is updated that is thrown away so soon. */
export const vmSettings = { sshFrom: ["10.213.0.0/16"], disk: { size: 10 }, updates: { install: "none" } } as const;

/** A simulated cloud, for the time of a test: see README.md. */
export class SimulatedCloud {
  private readonly store = new Store(realpathSync(mkdtempSync(join(tmpdir(), "slipway-cloud-"))));

  /** Begins one, which everything that this process starts from now on takes for the clouds; skips the tests where none can be had here. */
  static async begin(context: Mocha.Context): Promise<SimulatedCloud> {
    const reason = await missing();
    if (reason) {
      console.log(`    not run: ${reason}`);
      context.skip();
    }
    const cloud = new SimulatedCloud();
    process.env["SLIPWAY_SIMULATED_CLOUD"] = cloud.store.folder;
    return cloud;
  }

  /** Makes a project whose engine takes the simulations for the real providers. */
  async project(...args: Parameters<typeof Project.create>): Promise<Project> {
    const project = await Project.create(...args);
    project.simulated("gcp", "azure-native");
    return project;
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

  /** Takes a resource group of Azure away with all that is in it, behind everybody's back. */
  async loseGroup(name: string): Promise<void> {
    const group = this.store.all("azure-native:resources:ResourceGroup").find(({ id }) => id.endsWith(`/${name}`));
    if (!group) throw new Error(`The simulated cloud has no resource group ${name}.`);
    await new Simulation(azure, this.store.folder).remove(group.token, group.id);
  }

  /** Where secrets are among what it was given. */
  places(planted: Planted): string[] {
    const given = this.store
      .all()
      .map(({ token, id, inputs }) => [`what ${token} ${id} was given`, JSON.stringify(inputs)]);
    return named(Object.fromEntries(given) as Record<string, string>, planted);
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

/** Why no VM can be simulated here; undefined where one can. */
async function missing(): Promise<string | undefined> {
  if ((await run("losetup", ["--find"])).code !== 0) {
    return "no loop device can be had, which a simulated VM has its data disk on: run as root on a Linux machine that has some";
  }
  const { stdout } = await run("pulumi", ["plugin", "ls", "--json"]);
  if (stdout.includes('"tls"') || (await run("pulumi", ["plugin", "install", "resource", "tls", "5.6.1"])).code === 0) {
    return undefined;
  }
  return "the Pulumi plugin tls 5.6.1 is not installed and cannot be downloaded: pulumi plugin install resource tls 5.6.1";
}

/** A VM of a simulated cloud. */
export class SimulatedVm extends MachineInside {
  constructor(readonly name: string) {
    super();
  }

  async restart(): Promise<void> {
    await docker("restart", "--time", "5", this.name);
  }

  /** Takes it away behind everybody's back, as somebody does who deletes it by hand. */
  async lose(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.name);
  }
}

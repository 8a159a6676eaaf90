import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { demoSettings } from "../demoSettings";
import { onEngine, pulumi } from "../engines";
import { inOrder, succeeds, upAndClean } from "../expect";
import type { Project } from "../project";
import { root } from "../requirements";
import { must } from "../run";
import { placesOfUpdates, ProcessWatch } from "../secrets";
import { until } from "../until";
import { SimulatedCloud, vmSettings } from "./cloud";

type Stage = "staging" | "production";

const port = 8080;

/** What is different from cloud to cloud. */
export interface OnCloud {
  /** The settings of the machine, besides those that every simulated one has. */
  machine: { kind: string } & Record<string, unknown>;
  /** The last part of the type of its VMs. */
  machineType: string;
  /** What a person does first where a VM is gone, without the stage; undefined: nothing. */
  forget?: string;
}

/** The demo through all that happens to a stage, on VMs of a simulated cloud. */
export function demoOn(name: string, { machine, machineType, forget }: OnCloud): void {
  onEngine(pulumi, `the demo on VMs of a simulated ${name}`, (kind) => {
    inOrder();

    let cloud: SimulatedCloud;
    let project: Project;
    /** The releases in the order in which they were made. */
    const made: string[] = [];
    const planted: Record<string, string> = {};

    const at = async (stage: Stage, path: string): Promise<Response> =>
      fetch(`http://${await cloud.vm(stage).address()}:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
    const page = async (stage: Stage): Promise<string> => (await at(stage, "/")).text();
    const count = async (stage: Stage): Promise<number | undefined> =>
      ((await (await at(stage, "/api/counter")).json()) as { count?: number }).count;
    /** Waits until a page would count its visit. */
    const served = async (stage: Stage): Promise<void> =>
      until(() => count(stage).then(Number.isInteger, () => false), 120, "The page is not served again");
    const release = async (stage: Stage): Promise<string> =>
      (await project.engine.outputs(stage)).release?.name ?? "none";

    before(async function () {
      cloud = await SimulatedCloud.begin(this);
      project = await cloud.project(kind, name, join(root, "apps", "demo"), "apps/demo");
      const { mirrors } = await project.registry();
      for (const stage of ["staging", "production"] as const) {
        await project.stage(stage, demoSettings(stage, { ...machine, ...vmSettings }, { port, mirrors }));
        const password = randomBytes(9).toString("hex");
        planted[`the password of ${stage}`] = password;
        await project.engine.setConfig(stage, "env.DB_PASSWORD", password, { secret: true });
      }
    });

    after(async () => {
      await project?.dispose();
      await cloud?.end();
    });

    it("shows a preview of a VM that is not there", async () => {
      const { changes } = await succeeds(project.engine.preview("staging"));
      assert.ok(changes.some(({ type, kind }) => kind === "create" && type.endsWith(`:${machineType}`)));
      assert.deepEqual(cloud.has(), [], "a preview makes nothing");
    });

    it("comes up from nothing to a served page", async () => {
      const { text } = await upAndClean(project.engine, "staging");
      assert.match(text, new RegExp(`the VM ${project.name}-staging is ready`));
      made.push(await release("staging"));
      assert.match(await page("staging"), /<title>[^<]*staging/i);
      const root = await cloud.vm("staging").docker("info", "--format", "{{.DockerRootDir}}");
      assert.equal(root.stdout.trim(), "/var/lib/slipway/docker");
    });

    it("is promoted to a VM of its own", async () => {
      const watch = new ProcessWatch(planted);
      await upAndClean(project.engine, "production");
      assert.deepEqual(watch.stop(), []);
      assert.ok((await page("production")).includes(made[0] ?? "none"));
      await count("production");
    });

    it("is reached by the slipway command", async () => {
      const main = join(project.folder, "node_modules", "slipway", "dist", "cli", "main.js");
      const slipway = (...args: string[]): Promise<string> =>
        must(process.execPath, [main, ...args, "--stack", "production"], {
          cwd: project.folder,
          env: project.engine.env,
        });
      assert.ok((await slipway("releases")).includes(made[0] ?? "none"));
      const backup = await slipway("backup");
      assert.match(backup, /^b\d{8}-\d{6}$/m);
      assert.ok((await slipway("backups")).includes(backup.match(/^b\d{8}-\d{6}$/m)?.[0] ?? "none"));
    });

    it("takes a change of the page to production, and goes back", async () => {
      project.edit("apps/demo/web/src/style.ts", "", "// Another look, some day.\n");
      await project.commit("Announce another look");
      await succeeds(project.engine.up("staging"));
      made.push(await release("staging"));
      await succeeds(project.engine.up("production"));
      assert.ok((await page("production")).includes(made[1] ?? "none"));
      await project.engine.setConfig("production", "release", made[0] ?? "none");
      await succeeds(project.engine.up("production"));
      assert.ok((await page("production")).includes(made[0] ?? "none"));
      await project.engine.removeConfig("production", "release");
    });

    it("lets neither passwords nor the keys of its VMs be found", async () => {
      for (const stage of ["staging", "production"] as const) {
        // A line of it, as texts are escaped in many ways.
        const key = join(project.folder, ".slipway", "ssh", project.name, stage, "key");
        planted[`the key to ${stage}`] = readFileSync(key, "utf8").split("\n")[2] ?? "";
      }
      assert.equal(Object.values(planted).filter((each) => each.length > 15).length, 4);
      assert.deepEqual(placesOfUpdates(project, planted), []);
      assert.deepEqual(cloud.places(planted), []);
      for (const stage of ["staging", "production"] as const)
        assert.deepEqual(await cloud.vm(stage).places(planted), []);
    });

    it("gets its VM back with all its data, after somebody has deleted it", async () => {
      const before = await count("production");
      await cloud.vm("production").lose();
      const { text } = await succeeds(project.engine.preview("production"));
      assert.match(text, /is gone: .*this update makes another in its place, with the same address and data disk/);
      if (forget) {
        assert.ok(text.includes(`${forget} -s production`), text);
        const [program = "", ...args] = forget.replaceAll("'", "").split(" ");
        await must(program, [...args, "-s", "production", "--yes", "--skip-preview"], {
          cwd: project.folder,
          env: project.engine.env,
        });
      }
      await succeeds(project.engine.up("production"));
      await served("production");
      assert.equal(await count("production"), before);
      await upAndClean(project.engine, "production");
      assert.ok((await page("production")).includes(made[1] ?? "none"));
    });

    it("comes back by itself where its VM restarts", async () => {
      const vm = cloud.vm("production");
      await vm.sh("true");
      const before = await count("production");
      await vm.restart();
      await served("production");
      assert.equal(await count("production"), before);
    });

    it("leaves its data disk when it is destroyed, and takes it over when it comes up again", async () => {
      const before = (await count("production")) ?? 0;
      await succeeds(project.engine.destroy("production"));
      assert.throws(() => cloud.vm("production"), /has no VM/);
      await succeeds(project.engine.up("production"));
      assert.ok((await page("production")).includes(made[1] ?? "none"));
      assert.equal(await count("production"), before + 1);
      await succeeds(project.engine.destroy("production"));
      await succeeds(project.engine.destroy("staging"));
      assert.deepEqual(
        cloud.has().filter((type) => type !== "ResourceGroup"),
        ["Disk", "Disk"],
      );
    });
  });
}

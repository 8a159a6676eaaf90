import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { onEngine, pulumi } from "../engines";
import { inOrder, succeeds, upAndClean } from "../expect";
import type { Project } from "../project";
import { root } from "../requirements";
import { until } from "../until";
import { SimulatedCloud } from "./cloud";

type Stage = "staging" | "production";

const port = 8080;

const machines = {
  gce: {
    kind: "gce",
    project: "shop-123456",
    zone: "europe-west1-b",
    sshFrom: ["10.213.0.0/16"],
    disk: { size: 10 },
    updates: { install: "none" },
  },
  azure: {
    kind: "azure",
    location: "westeurope",
    sshFrom: ["10.213.0.0/16"],
    disk: { size: 10 },
    updates: { install: "none" },
  },
} as const;

for (const [name, machine] of Object.entries(machines)) {
  onEngine(pulumi, `the demo on VMs of a simulated ${name}`, (kind) => {
    inOrder();

    const machineType = name === "gce" ? "Instance" : "VirtualMachine";
    let cloud: SimulatedCloud;
    let project: Project;
    /** The releases in the order in which they were made. */
    const made: string[] = [];

    const at = async (stage: Stage, path: string): Promise<Response> =>
      fetch(`http://${await cloud.vm(stage).address()}:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
    const page = async (stage: Stage): Promise<string> => (await at(stage, "/")).text();
    const count = async (stage: Stage): Promise<number | undefined> =>
      ((await (await at(stage, "/api/counter")).json()) as { count?: number }).count;
    const release = async (stage: Stage): Promise<string> =>
      (await project.engine.outputs(stage)).release?.name ?? "none";

    before(async function () {
      cloud = await SimulatedCloud.begin(this);
      project = await cloud.project(kind, name, join(root, "apps", "demo"), "apps/demo");
      const { mirrors } = await project.registry();
      for (const stage of ["staging", "production"] as const) {
        await project.stage(stage, {
          ...(stage === "staging"
            ? { compose: "apps/demo/compose.yaml", registry: { kind: "local", mirrors } }
            : { promoteFrom: "staging" }),
          overlay: `apps/demo/compose.${stage}.yaml`,
          machine,
          env: { WEB_PORT: String(port), ENABLE_TEST_DATA: String(stage === "staging") },
        });
        await project.engine.setConfig(stage, "env.DB_PASSWORD", randomBytes(9).toString("hex"), { secret: true });
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
      await upAndClean(project.engine, "production");
      assert.ok((await page("production")).includes(made[0] ?? "none"));
      await count("production");
    });

    it("takes a change of the page to production, and goes back", async () => {
      project.edit("apps/demo/web/src/style.ts", "", "// Another look, some day.\n");
      await project.commit("Announce another look");
      await succeeds(project.engine.up("staging"));
      made.push(await release("staging"));
      await upAndClean(project.engine, "production");
      assert.ok((await page("production")).includes(made[1] ?? "none"));
      await project.engine.setConfig("production", "release", made[0] ?? "none");
      await upAndClean(project.engine, "production");
      assert.ok((await page("production")).includes(made[0] ?? "none"));
      await project.engine.removeConfig("production", "release");
    });

    it("gets its VM back with all its data, after somebody has deleted it", async () => {
      const before = (await count("production")) ?? 0;
      await cloud.vm("production").lose();
      const { changes } = await succeeds(project.engine.preview("production"));
      assert.ok(changes.some(({ kind, type }) => kind === "replace" && type.endsWith(`:${machineType}`)));
      const { text } = await succeeds(project.engine.up("production"));
      assert.match(text, /is gone: this update makes another in its place, with the same address and data disk/);
      await until(
        () =>
          page("production").then(
            () => true,
            () => false,
          ),
        60,
        "The page is not served again",
      );
      assert.equal(await count("production"), before + 1);
      await upAndClean(project.engine, "production");
      assert.ok((await page("production")).includes(made[1] ?? "none"));
    });

    it("comes back by itself where its VM restarts", async () => {
      const vm = cloud.vm("production");
      await vm.sh("true");
      const before = (await count("production")) ?? 0;
      await vm.restart();
      await until(
        () =>
          page("production").then(
            () => true,
            () => false,
          ),
        120,
        "The page is not served again",
      );
      assert.equal(await count("production"), before + 1);
    });

    it("leaves its data disk when it is destroyed, and takes it over when it comes up again", async () => {
      const before = (await count("production")) ?? 0;
      await succeeds(project.engine.destroy("production"));
      assert.throws(() => cloud.vm("production"), /has no VM/);
      await succeeds(project.engine.up("production"));
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

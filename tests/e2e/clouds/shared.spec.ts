import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onEngine, pulumi } from "../engines";
import { inOrder, succeeds, upAndClean } from "../expect";
import type { Project } from "../project";
import { must, run } from "../run";
import { SimulatedCloud, vmSettings } from "./cloud";
import { google } from "./simulation/google";
import { Simulation } from "./simulation/simulation";
import { addressFor, makeNetwork, networkOf } from "./simulation/vm";

describe("simulated clouds", () => {
  it("have addresses where no other one has its own", async () => {
    const [cloud, other] = [1, 2].map(() => new Simulation(google, mkdtempSync(join(tmpdir(), "slipway-cloud-")))) as [
      Simulation,
      Simulation,
    ];
    try {
      const [one, two] = [await addressFor(cloud.store), await addressFor(cloud.store)];
      assert.notEqual(one, two);
      assert.equal(one.slice(0, one.lastIndexOf(".")), two.slice(0, two.lastIndexOf(".")));
      const subnet = `${one.slice(0, one.lastIndexOf("."))}.0/24`;
      const elsewhere = await makeNetwork(networkOf(other.store), Number(one.split(".")[2]));
      assert.notEqual(elsewhere, subnet);
    } finally {
      for (const { store } of [cloud, other]) {
        await run("docker", ["network", "rm", networkOf(store)]);
        rmSync(store.folder, { recursive: true });
      }
    }
  });
});

onEngine(pulumi, "both stages on one VM of a simulated Azure", (kind) => {
  inOrder();

  let cloud: SimulatedCloud;
  let project: Project;

  const both = ["production app", "staging app", "staging registry"];
  const running = async (): Promise<string[]> => {
    const format = '{{.Label "slipway.stage"}} {{.Label "slipway.role"}}{{.Label "slipway.service"}}';
    const { stdout } = await cloud.vm("staging").docker("ps", "--format", format);
    return stdout.trim().split("\n").sort();
  };

  before(async function () {
    cloud = await SimulatedCloud.begin(this);
    project = await cloud.project(kind, "shared", join(__dirname, "..", "fixtures", "small"));
    const { mirrors } = await project.registry();
    const machine = { kind: "azure", location: "westeurope", ...vmSettings };
    await project.stage("staging", { compose: "compose.yaml", machine, registry: { kind: "local", mirrors } });
    await project.stage("production", { promoteFrom: "staging", machine: { kind: "shared", of: "staging" } });
  });

  after(async () => {
    await project?.dispose();
    await cloud?.end();
  });

  it("needs the one that declares it first", async () => {
    const { ok, text } = await project.engine.preview("production");
    assert.ok(!ok);
    assert.match(text, /is that of the stage staging, which is not there yet: bring that stage up first/);
  });

  it("runs both, with one registry", async () => {
    await succeeds(project.engine.up("staging"));
    await upAndClean(project.engine, "production");
    assert.deepEqual(await running(), both);
  });

  it("comes back with its data and another address, after somebody has deleted its whole group", async () => {
    const before = await cloud.vm("staging").address();
    await cloud.loseGroup(`${project.name}-staging`);
    assert.deepEqual(cloud.has(), ["Disk", "ResourceGroup"]);
    const refresh = ["refresh", "--yes", "--skip-preview", "--stack", "staging", "--target", "**AzureMachine**"];
    await must("pulumi", refresh, { cwd: project.folder, env: project.engine.env });
    await upAndClean(project.engine, "staging");
    await upAndClean(project.engine, "production");
    assert.notEqual(await cloud.vm("staging").address(), before);
    assert.deepEqual(await running(), both);
  });

  it("is left by one, and taken away by the other", async () => {
    await succeeds(project.engine.destroy("production"));
    assert.match((await cloud.vm("staging").docker("ps")).stdout, /app/);
    await succeeds(project.engine.destroy("staging"));
    assert.deepEqual(cloud.has(), ["Disk", "ResourceGroup"]);
  });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import type { Preview } from "../engine";
import { onEngine, pulumi } from "../engines";
import { assertClear, succeeds } from "../expect";
import type { Project } from "../project";
import { transformed, type Careless } from "../transformed";
import { SimulatedCloud, vmSettings } from "./cloud";

const clouds = [
  { machine: { kind: "gce", project: "shop-123456", zone: "europe-west1-b" }, disk: "gcp:compute/disk:Disk" },
  { machine: { kind: "azure", location: "westeurope" }, disk: "azure-native:compute:Disk" },
];

onEngine(pulumi, "what is refused of a VM's disk in a preview, without a policy pack", (kind) => {
  let cloud: SimulatedCloud;
  let project: Project;

  before(async function () {
    cloud = await SimulatedCloud.begin(this);
    project = await cloud.project(kind, "disks", join(__dirname, "..", "fixtures", "small"));
    const { mirrors } = await project.registry();
    for (const { machine } of clouds) {
      const registry = { kind: "local", mirrors };
      await project.stage(machine.kind, { compose: "compose.yaml", machine: { ...machine, ...vmSettings }, registry });
    }
  });

  after(async () => {
    await project?.dispose();
    await cloud?.end();
  });

  const preview = (stage: string, careless: Careless): Promise<Preview> =>
    transformed(project, careless, () => project.engine.preview(stage));

  for (const { machine, disk } of clouds) {
    it(`nothing on ${machine.kind}, where the disk is as Slipway declares it, or grows`, async () => {
      const size = machine.kind === "gce" ? "size: 20" : "diskSizeGB: 20";
      const { changes } = await succeeds(preview(machine.kind, { type: disk, props: `{ ...props, ${size} }` }));
      assert.ok(changes.some(({ type }) => type === disk));
    });

    it(`one on ${machine.kind} that goes with its stage`, async () => {
      const told = await preview(machine.kind, {
        type: disk,
        opts: "{ ...opts, retainOnDelete: false, protect: false }",
      });
      assert.ok(!told.ok);
      assertClear(told, /is a disk for data that is declared without retainOnDelete/);
    });
  }

  it("one on azure that does not say how it is encrypted", async () => {
    const props = "{ ...props, encryption: undefined }";
    const told = await preview("azure", { type: "azure-native:compute:Disk", props });
    assert.ok(!told.ok);
    assertClear(told, /is a disk that does not say how it is encrypted: write encryption/);
  });
});

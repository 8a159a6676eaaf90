import assert from "node:assert/strict";
import type { Asking } from "../../machine/kinds/kind";
import { kindOf } from "../../machine/kinds/kinds";
import { folderOf, folderOfStage } from "../../machine/ssh/files";
import { machineKinds } from "../../settings/machine";
import { machineOf } from "../../settings/machineKind";
import { checkMachineSettings } from "../../settings/settings";
import { container, labelsOf, of, step, the } from "../components/engine";
import { run } from "../components/shop";
import { Folder } from "../release/folder";
import { here, hereSettings, kinds, planHere } from "./here";

const compose = "services: { web: { image: 'nginx:1', ports: ['127.0.0.1:8080:80'] } }";

describe("a kind of machine that is brought in", () => {
  const folder = new Folder();

  before(() => {
    folder.write({ "compose.yaml": compose, "taken.yaml": compose.replace("8080", "9") }).commit();
  });
  after(() => folder.remove());

  it("is written as it says, and told of where another one is written", () => {
    const machine = machineOf([...machineKinds, hereSettings]);
    assert.deepEqual(machine.parse({ kind: "here" }), { kind: "here" });
    assert.deepEqual(machine.parse({ kind: "local" }), { kind: "local" });
    const { error } = machine.safeParse({ kind: "there" });
    assert.match(error?.issues[0]?.message ?? "", /^{ kind: local }, .*, another stage's machine or { kind: here }$/);
  });

  it("is planned on as it is reached", async () => {
    const plan = await planHere(folder.path, { compose: "compose.yaml" });
    assert.deepEqual(plan.machine, { name: "the machine here", lacksDocker: true });
    assert.equal(plan.origin.kind === "build" && plan.origin.source.images[0]?.platform, "linux/arm64");
  });

  it("says itself which of its ports are held", async () => {
    await assert.rejects(planHere(folder.path, { compose: "taken.yaml" }), /another program on the machine here/);
  });

  it("is declared on as this machine is", async () => {
    const plan = await planHere(folder.path, { compose: "compose.yaml" });
    const { resources } = await run(plan);
    assert.deepEqual(
      of(resources, container).map(
        (each) => labelsOf(each).get("slipway.service") ?? labelsOf(each).get("slipway.role"),
      ),
      ["registry", "web"],
    );
    const { inputs } = the(resources, "pulumi:providers:docker");
    assert.deepEqual([inputs["host"], inputs["sshOpts"]], [undefined, undefined]);
    const told = of(resources, step).filter((each) => each.inputs["environment"]?.["SLIPWAY_MACHINE"] !== undefined);
    assert.deepEqual(told, []);
  });

  it("is found by the command", () => {
    assert.equal(kindOf({ kind: "here" }, kinds), here);
    assert.throws(() => kindOf({ kind: "there" }, kinds), TypeError);
  });
});

describe("the way of a command to a machine", () => {
  const stage = { project: "shop", stage: "production" };
  const folder = new Folder();
  let secrets: number;

  after(() => folder.remove());

  /** Finds it for settings, with what is asked for on the way. */
  async function find(written: object): Promise<string | undefined> {
    const settings = checkMachineSettings(written);
    secrets = 0;
    const asking: Asking<typeof settings> = {
      stage: stage.stage,
      directory: folder.path,
      id: () => Promise.resolve(stage),
      withSecrets: () => {
        secrets++;
        return Promise.resolve({ ...settings, key: "KEY" } as typeof settings);
      },
      byOutputs: (of, at) => Promise.resolve(`what ${of} tells, in ${at ?? "its own folder"}`),
    };
    return kindOf(settings).folder(settings, asking);
  }

  it("is none to this machine", async () => {
    assert.equal(await find({ kind: "local" }), undefined);
  });

  it("is written with its key where no preview has done so, and taken as it is from then on", async () => {
    const way = { kind: "ssh", host: "shop.example.com", hostKey: "ssh-ed25519 AAAA" };
    const at = folderOf({ host: "shop.example.com", port: 22, user: "root", hostKey: ["ssh-ed25519 AAAA"] });
    assert.deepEqual([await find(way), secrets], [at, 1]);
    assert.equal(folder.read(`${at}/key`), "KEY\n");
    assert.deepEqual([await find(way), secrets], [at, 0]);
  });

  it("is what the stage tells that has the machine", async () => {
    assert.equal(await find({ kind: "shared", of: "staging" }), "what staging tells, in its own folder");
    const told = `what production tells, in ${folderOfStage(stage)}`;
    assert.equal(await find({ kind: "gce", project: "shop-123456", zone: "europe-west1-b" }), told);
    assert.equal(await find({ kind: "azure", location: "westeurope", sshFrom: ["203.0.113.7/32"] }), told);
  });
});

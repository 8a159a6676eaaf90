import assert from "node:assert/strict";
import { kindOf } from "../../machine/kinds/kinds";
import { machineKinds } from "../../settings/machine";
import { machineOf } from "../../settings/machineKind";
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

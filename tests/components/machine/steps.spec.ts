import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../../../machine/machine";
import { stepsOn } from "../../../components/machine/steps";
import type { Step } from "../../../components/step";

const step = { type: "command:local:Command", name: "shop-mint", props: { environment: { RELEASE: "v1" } }, opts: {} };
const args = (type: string): pulumi.ResourceTransformationArgs => ({ ...step, type, resource: {} as pulumi.Resource });

const none = (): undefined => undefined;

describe("the steps of a stage", () => {
  it("wait until a VM is ready, and until then do not go there", () => {
    const ready = { name: "ready" } as unknown as Step;
    const machine = { reachedBy: ".slipway/ssh/shop/staging", vm: {} } as Machine;
    assert.equal(stepsOn(machine, none)(args("command:local:Command")), undefined);
    const { opts } = stepsOn(machine, () => ready)(args("command:local:Command")) ?? {};
    assert.deepEqual(opts?.dependsOn, [ready]);
  });

  it("learn how its machine is reached, where that is another", async () => {
    const told = stepsOn({ reachedBy: ".slipway/ssh/1" } as Machine, none)(args("command:local:Command"));
    const environment = (told?.props as { environment: pulumi.Output<object> }).environment;
    const seen = await new Promise((done) => environment.apply(done));
    assert.deepEqual(seen, { RELEASE: "v1", SLIPWAY_MACHINE: ".slipway/ssh/1" });
  });

  it("stay as they are on this machine, as does everything that is no step", () => {
    assert.equal(stepsOn({} as Machine, none)(args("command:local:Command")), undefined);
    assert.equal(
      stepsOn({ reachedBy: ".slipway/ssh/1" } as Machine, none)(args("docker:index/container:Container")),
      undefined,
    );
  });
});

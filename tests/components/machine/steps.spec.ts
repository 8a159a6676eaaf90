import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../../../components/machine/machine";
import { stepsOn } from "../../../components/machine/steps";

const step = { type: "command:local:Command", name: "shop-mint", props: { environment: { RELEASE: "v1" } }, opts: {} };
const args = (type: string): pulumi.ResourceTransformationArgs => ({ ...step, type, resource: {} as pulumi.Resource });

describe("the steps of a stage", () => {
  it("learn how its machine is reached, where that is another", async () => {
    const told = stepsOn({ reachedBy: ".slipway/ssh/1" } as Machine)(args("command:local:Command"));
    const environment = (told?.props as { environment: pulumi.Output<object> }).environment;
    const seen = await new Promise((done) => environment.apply(done));
    assert.deepEqual(seen, { RELEASE: "v1", SLIPWAY_MACHINE: ".slipway/ssh/1" });
  });

  it("stay as they are on this machine, as does everything that is no step", () => {
    assert.equal(stepsOn({} as Machine)(args("command:local:Command")), undefined);
    assert.equal(
      stepsOn({ reachedBy: ".slipway/ssh/1" } as Machine)(args("docker:index/container:Container")),
      undefined,
    );
  });
});

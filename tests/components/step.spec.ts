import assert from "node:assert/strict";
import { Step } from "../../components/step";
import * as pulumi from "@pulumi/pulumi";
import { declare, hidden, step, the } from "./engine";

const id = { project: "shop", stage: "staging" };

describe("a step", () => {
  it("runs a program that is the same wherever the project stands, and reads its input from standard input", async () => {
    const { resources } = await declare(id, () => {
      new Step("cut", { run: "cutover", shows: { RELEASE: "v1" }, input: { release: "v1", list: [1] } }, {});
    });
    const { inputs } = the(resources, step);
    assert.equal(inputs["create"], "node dist/steps/main.js cutover");
    assert.equal(inputs["stdin"], '{"release":"v1","list":[1]}');
    assert.deepEqual(inputs["environment"], { RELEASE: "v1" });
    assert.equal(inputs["logging"], "stderr");
  });

  it("keeps a secret of its input secret", async () => {
    const { resources } = await declare(id, () => {
      new Step("cut", { run: "cutover", input: { release: "v1", password: pulumi.secret("s3cret") } }, {});
    });
    const { exposed, inputs } = the(resources, step);
    assert.equal(exposed["stdin"], hidden);
    assert.equal(inputs["stdin"], '{"release":"v1","password":"s3cret"}');
  });

  it("gives back what it printed", async () => {
    const { result } = await declare(id, () =>
      new Step("cut", { run: "cutover", input: { release: "v1" } }, {}).result<{ release: string }>(),
    );
    assert.deepEqual(result, { release: "v1" });
  });
});

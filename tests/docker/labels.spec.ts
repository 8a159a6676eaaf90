import assert from "node:assert/strict";
import { stageLabels } from "../../docker/labels";

const id = { project: "shop", stage: "staging" };

describe("the labels of a stage", () => {
  it("stand beside those of the compose file, in a stable order", () => {
    assert.deepEqual(stageLabels(id, { zone: "a", app: "b" }, { service: "web" }), [
      { label: "app", value: "b" },
      { label: "slipway.project", value: "shop" },
      { label: "slipway.service", value: "web" },
      { label: "slipway.stage", value: "staging" },
      { label: "zone", value: "a" },
    ]);
  });

  it("are not to be overwritten", () => {
    const labels = stageLabels(id, { "slipway.stage": "production" });
    assert.deepEqual(
      labels.filter(({ label }) => label === "slipway.stage"),
      [{ label: "slipway.stage", value: "staging" }],
    );
  });
});

import assert from "node:assert/strict";
import { isOurs, stageLabels } from "../../docker/labels";

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

describe("a container with a stage's labels", () => {
  const Labels = { "slipway.project": "shop", "slipway.stage": "staging", "slipway.service": "web" };
  const called = (name: string, more: Record<string, string> = {}) =>
    isOurs({ Names: [`/${name}`], Labels: { ...Labels, ...more } });

  it("is the stage's where its name is one that the stage gives", () => {
    for (const name of [
      "shop-staging-web-1a2b3c4",
      "shop-staging-web",
      "shop-staging-job-migrate-v1a2b3c4-20261121-120000",
      "own-shop-staging-web",
    ])
      assert.equal(called(name), true, name);
  });

  it("is a stranger's where only its image has them, or another program started it", () => {
    for (const name of ["eager_hopper", "web", "shop-staging", "shop-production-web-1a2b3c4", "bookshop-staging-web"])
      assert.equal(called(name), false, name);
    assert.equal(called("shop-staging-web-1", { "com.docker.compose.project": "shop-staging" }), false);
    assert.equal(isOurs({ Names: ["/shop-staging-web"], Labels: { "slipway.service": "web" } }), false);
    assert.equal(isOurs({ Names: ["/shop-staging-web"], Labels: null }), false);
  });
});

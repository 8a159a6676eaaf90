import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { keepsData } from "../../components/volumes";
import { volume } from "./engine";

const check = (args: Partial<pulumi.ResourceTransformationArgs>): unknown =>
  keepsData({ type: volume, name: "data", props: {}, opts: {}, ...args } as pulumi.ResourceTransformationArgs);

describe("the check on volumes", () => {
  it("refuses one that a removal would delete", () => {
    assert.throws(
      () => check({}),
      new Error("The volume data is declared without retainOnDelete, so an update could delete its data."),
    );
    assert.throws(() => check({ opts: { retainOnDelete: false } as pulumi.ResourceOptions }));
    assert.throws(() => check({ props: { labels: [{ label: "slipway.stage", value: "files" }] } }));
  });

  it("lets one be that stays, one of files that Slipway wrote, and what is no volume", () => {
    assert.equal(check({ opts: { retainOnDelete: true } as pulumi.ResourceOptions }), undefined);
    assert.equal(check({ props: { labels: [{ label: "slipway.files", value: "web" }] } }), undefined);
    assert.equal(check({ type: "docker:index/network:Network" }), undefined);
  });
});

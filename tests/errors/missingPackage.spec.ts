import assert from "node:assert/strict";
import { cloudPackage } from "../../errors/missingPackage";
import { Refusal } from "../../errors/refusal";

describe("a cloud's package", () => {
  it("is loaded where it is there", async () => {
    assert.equal((await cloudPackage("node:os", () => import("node:os"))).EOL, "\n");
  });

  it("is asked for where it is not", async () => {
    const missing = "@pulumi/no-such-cloud";
    await assert.rejects(
      cloudPackage(missing, () => import(missing)),
      (error: Error) => {
        assert.ok(error instanceof Refusal);
        assert.equal(
          error.message,
          "The settings name something that needs the package @pulumi/no-such-cloud: npm install --save-exact @pulumi/no-such-cloud.",
        );
        return true;
      },
    );
  });

  it("is not blamed for another's fault", async () => {
    await assert.rejects(
      cloudPackage("@pulumi/gcp", async () => Promise.reject(new Error("broken"))),
      /^Error: broken$/,
    );
  });
});

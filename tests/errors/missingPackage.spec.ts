import assert from "node:assert/strict";
import { cloudPackage, isMissing, refusalBy } from "../../errors/missingPackage";
import { Refusal } from "../../errors/refusal";

describe("a cloud's package", () => {
  it("is loaded where it is there", () => {
    assert.equal(typeof cloudPackage<{ parse: unknown }>("zod", "v4").parse, "function");
  });

  it("is asked for where it is not", () => {
    assert.throws(
      () => cloudPackage("slipway-no-such-cloud", "vms"),
      (error: Error) => {
        assert.ok(error instanceof Refusal);
        assert.equal(
          error.message,
          "The settings name something that needs the package slipway-no-such-cloud: npm install --save-exact slipway-no-such-cloud; in a clone of Slipway, npm ci --include=peer.",
        );
        return true;
      },
    );
  });

  it("is missing where it is not built, and where its provider is not there", () => {
    const missing = (module: string): boolean =>
      isMissing(
        Object.assign(new Error(`Cannot find module '${module}'\nRequire stack:\n- a.js`), { code }),
        "slipway-gcp",
      );
    const code = "MODULE_NOT_FOUND";
    for (const module of ["slipway-gcp/vms", "/srv/node_modules/slipway-gcp/dist/vms.js", "@pulumi/gcp/compute"])
      assert.ok(missing(module), module);
    for (const module of ["./disk", "slipway-azure/vms", "yaml"]) assert.ok(!missing(module), module);
  });

  it("is not blamed for another's fault", () => {
    assert.throws(
      () => cloudPackage("yaml", "no-such-module"),
      (error: Error) => !(error instanceof Refusal),
    );
  });
});

describe("a question that a cloud does not answer", () => {
  it("is refused with what it says, and what to do", () => {
    assert.throws(() => refusalBy("It cannot be told", "log in")(new Error("no\nlogin")), {
      message: /^It cannot be told: log in \(it says: no/,
    });
  });

  it("is refused in its own words where it has some", () => {
    const own = new Refusal("There is no such project.");
    assert.throws(() => refusalBy("It cannot be told", "log in")(own), own);
  });
});

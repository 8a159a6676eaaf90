import assert from "node:assert/strict";
import { testDataOffInProduction } from "../../policies/testDataOffInProduction";
import { job, production, says, service, staging, unknown } from "./declared";

const has = (envs: unknown, stage = production, chosen = {}) =>
  says(testDataOffInProduction, service({ envs }), stage, chosen);

describe("the policy test-data-off-in-production", () => {
  it("refuses test data in production, and says where to turn them off", () => {
    assert.deepEqual(has(["A=b", "ENABLE_TEST_DATA=true"]), [
      'shop-production-web has ENABLE_TEST_DATA on, and production is for real data: set ENABLE_TEST_DATA to "false" there, in slipway:env or in the stage\'s overlay.',
    ]);
  });

  for (const value of ["true", "1", "yes", "on", "TRUE", "maybe", "a=b"]) {
    it(`takes ${value} for on`, () => assert.equal(has([`ENABLE_TEST_DATA=${value}`]).length, 1));
  }

  for (const entry of [
    "ENABLE_TEST_DATA=false",
    "ENABLE_TEST_DATA=0",
    "ENABLE_TEST_DATA=No",
    "ENABLE_TEST_DATA=",
    "ENABLE_TEST_DATA",
    "ENABLE_TEST_DATA_OF=true",
  ]) {
    it(`takes ${entry} for off`, () => assert.deepEqual(has([entry]), []));
  }

  it("holds wherever a stage promotes, and in a production that builds for itself", () => {
    const on = ["ENABLE_TEST_DATA=true"];
    assert.equal(has(on, { ...production, stage: "live" }).length, 1);
    assert.equal(has(on, { ...staging, stage: "production" }).length, 1);
    assert.equal(has(on, { ...staging, stage: "live" }, { production: ["live"] }).length, 1);
    assert.deepEqual(has(on, staging), []);
    assert.deepEqual(has(on, { ...staging, takesOver: true }), [], "a staging that is pinned is still staging");
  });

  it("knows variables of one's own", () => {
    assert.deepEqual(has(["SEED_USERS=yes"]), []);
    assert.equal(has(["SEED_USERS=yes"], production, { variables: ["SEED_USERS"] }).length, 1);
  });

  it("looks into jobs, and not at what is not known yet", () => {
    assert.equal(says(testDataOffInProduction, job({ envs: ["ENABLE_TEST_DATA=true"] })).length, 1);
    assert.deepEqual(says(testDataOffInProduction, service(unknown("envs"))), []);
  });
});

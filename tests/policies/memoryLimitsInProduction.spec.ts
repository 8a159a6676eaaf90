import assert from "node:assert/strict";
import { memoryLimitsInProduction } from "../../policies/memoryLimitsInProduction";
import { equipment, production, says, service, staging, unknown } from "./declared";

const has = (props: Record<string, unknown>, stage = production, chosen = {}) =>
  says(memoryLimitsInProduction, service(props), stage, chosen);

describe("the policy memory-limits-in-production", () => {
  it("refuses a service without one, and says what to write", () => {
    assert.deepEqual(has({}), [
      "shop-production-web has no memory limit, so it may take what all others need: write deploy: { resources: { limits: { memory: 256M } } } for it, with what it needs, in the compose file or the stage's overlay.",
    ]);
    assert.equal(has({ memory: 0 }).length, 1);
  });

  it("lets one be that has one, or may have one", () => {
    assert.deepEqual(has({ memory: 128 }), []);
    assert.deepEqual(has(unknown("memory")), []);
  });

  it("asks for it in production only, and not of Slipway's own parts", () => {
    assert.deepEqual(has({}, staging), []);
    assert.equal(has({}, staging, { production: ["staging"] }).length, 1);
    assert.deepEqual(says(memoryLimitsInProduction, equipment.registry({})), []);
  });
});

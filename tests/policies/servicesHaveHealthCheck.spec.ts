import assert from "node:assert/strict";
import { servicesHaveHealthCheck } from "../../policies/servicesHaveHealthCheck";
import { declared, equipment, job, says, service, unknown } from "./declared";

const has = (props: Record<string, unknown>) => says(servicesHaveHealthCheck, service(props));

describe("the policy services-have-health-check", () => {
  it("refuses a service without one, and says what to write", () => {
    assert.deepEqual(has({}), [
      "shop-production-web has no health check, so nothing tells whether it works: write healthcheck: { test: [CMD, …] } for it in the compose file (one that only its image has is not seen).",
    ]);
    assert.equal(has({ healthcheck: { tests: ["NONE"] } }).length, 1);
    assert.equal(has({ healthcheck: { tests: [] } }).length, 1);
  });

  it("lets one be that has one, or may have one", () => {
    assert.deepEqual(has({ healthcheck: { tests: ["CMD", "true"] } }), []);
    assert.deepEqual(has(unknown("healthcheck")), []);
    assert.deepEqual(has({ healthcheck: unknown("tests") }), []);
  });

  it("asks it of nothing that does not run on, and not of Slipway's own parts", () => {
    assert.deepEqual(says(servicesHaveHealthCheck, job({})), []);
    assert.deepEqual(has({ start: false, mustRun: false }), []);
    assert.deepEqual(says(servicesHaveHealthCheck, equipment.registry({})), []);
    assert.deepEqual(says(servicesHaveHealthCheck, declared("docker:index/network:Network", "front")), []);
  });

  it("asks it of a container beside the stage", () => {
    const beside = declared("docker:index/container:Container", "own", {}, { beside: true });
    assert.equal(says(servicesHaveHealthCheck, beside).length, 1);
  });
});

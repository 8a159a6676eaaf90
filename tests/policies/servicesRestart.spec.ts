import assert from "node:assert/strict";
import { servicesRestart } from "../../policies/servicesRestart";
import { equipment, job, says, service, unknown } from "./declared";

const has = (props: Record<string, unknown>) => says(servicesRestart, service(props));

describe("the policy services-restart", () => {
  for (const props of [{}, { restart: "no" }, { restart: "sometimes" }]) {
    it(`refuses ${JSON.stringify(props)}, and says what to write`, () => {
      assert.deepEqual(has(props), [
        "shop-production-web is not started again when it ends: write restart: unless-stopped, or profiles: [job] where it is to run once.",
      ]);
    });
  }

  for (const restart of ["always", "unless-stopped"]) {
    it(`lets ${restart} be`, () => assert.deepEqual(has({ restart }), []));
  }

  it("refuses on-failure, which leaves down what the machine took down with it", () => {
    assert.match(
      has({ restart: "on-failure", maxRetryCount: 3 })[0] ?? "",
      /again after the machine was restarted, but only/,
    );
  });

  it("says nothing of what is not known yet, of jobs, and of Slipway's own parts", () => {
    assert.deepEqual(has(unknown("restart")), []);
    assert.deepEqual(says(servicesRestart, job({ restart: "no" })), []);
    assert.deepEqual(has({ start: false }), []);
    assert.deepEqual(says(servicesRestart, equipment.registry({})), []);
  });
});

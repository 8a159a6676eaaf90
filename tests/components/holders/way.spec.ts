import assert from "node:assert/strict";
import { inputOf, step, the } from "../engine";
import { building, run } from "../shop";

const compose = `
services:
  web: { build: ./web, ports: [{ target: 3000, published: "8080", app_protocol: http }] }
  seed: { image: "redis:7", profiles: [job], volumes: ["data:/data"] }
  audit: { image: "redis:7", profiles: [check], volumes: ["data:/data"] }
volumes: { data: }
`;
const plan = building({ compose });

describe("what a step runs once", () => {
  it("has its way cleared before its step: of a job, and of a check once all services and jobs are there", async () => {
    const cleared: string[] = [];
    const { resources } = await run({ ...plan, checks: { http: [], runs: ["audit"] } }, false, {
      holders: {
        async yieldTo(part) {
          // A step that did not wait would be asked for meanwhile.
          await new Promise((done) => setTimeout(done, 50));
          cleared.push(part);
        },
        settled: () => undefined,
      },
    });
    assert.deepEqual(cleared, ["job seed", "check audit"]);
    assert.deepEqual(
      (inputOf(the(resources, step, "-cutover"))["runs"] as { check: string }[]).map(({ check }) => check),
      ["audit"],
    );
    const order = resources.map(({ name }) => name);
    assert.ok(order.indexOf("app-jobs-seed") < order.indexOf("app-cutover"));
  });
});

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
    assert.deepEqual(has({ healthcheck: { tests: ["CMD", "pg_isready"] } }), []);
    assert.deepEqual(has(unknown("healthcheck")), []);
    assert.deepEqual(has({ healthcheck: unknown("tests") }), []);
  });

  it("takes one that passes whatever happens for none", () => {
    const checked = (...tests: string[]) => has({ healthcheck: { tests } }).length;
    for (const line of [
      "true",
      ":",
      "exit 0",
      "/bin/true",
      "echo ok",
      "sleep 1 && true",
      "curl -f localhost || true",
      "wget x; exit 0",
    ])
      assert.equal(checked("CMD-SHELL", line), 1, line);
    for (const words of [
      ["true"],
      ["/usr/bin/true"],
      ["echo", "ok"],
      ["sh", "-c", "exit 0"],
      ["sh", "-c", "curl -f x || true"],
    ])
      assert.equal(checked("CMD", ...words), 1, words.join(" "));
    for (const line of [
      "curl -f localhost || exit 1",
      "pg_isready -U x",
      "test -f /ready",
      "wget -q -O /dev/null x && echo ok",
      "redis-cli ping | grep PONG",
    ])
      assert.equal(checked("CMD-SHELL", line), 0, line);
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

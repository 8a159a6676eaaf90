import assert from "node:assert/strict";
import { closing, countsOfTap, sum, whyOf } from "../../setup/counts/counts";

describe("the sum of test runs", () => {
  it("adds what the runners counted", () => {
    const runs = [
      { name: "unit tests", status: 0, counts: { passed: 3, failed: 0, failures: [], skipped: ["a"] } },
      { name: "the demo's", status: 1, counts: { passed: 2, failed: 2, failures: ["a", "b"], skipped: [] } },
    ];
    assert.deepEqual(sum(runs), { passed: 5, failed: 2, skipped: 1 });
  });

  it("counts a run that failed without a failed test, or without having counted, as one failure", () => {
    assert.equal(sum([{ name: "lint", status: 1 }]).failed, 1);
    assert.equal(
      sum([{ name: "tests", status: 1, counts: { passed: 4, failed: 0, failures: [], skipped: [] } }]).failed,
      1,
    );
    assert.equal(sum([{ name: "lint", status: 0 }]).failed, 0);
  });

  it("counts tests that ran as failed where their runner lost its counts", () => {
    assert.deepEqual(closing([{ name: "tests", status: 139 }]), ["Failed: tests", "0 passed, 1 failed, 0 skipped"]);
  });

  it("names the failed tests next to the sums", () => {
    const counts = { passed: 1, failed: 1, failures: ["the shop opens: no key"], skipped: [] };
    assert.deepEqual(closing([{ name: "unit tests", status: 1, counts }]), [
      "Failed: unit tests",
      "  unit tests: the shop opens: no key",
      "1 passed, 1 failed, 0 skipped",
    ]);
  });

  it("tells each skipped test, or those that a run skipped for one reason in a line", () => {
    const some = {
      name: "unit tests",
      status: 0,
      reason: "",
      counts: { passed: 1, failed: 0, failures: [], skipped: ["x (no y)"] },
    };
    const half = {
      ...some,
      name: "shop tests",
      reason: "no Pulumi CLI",
      counts: { ...some.counts, skipped: ["c", "d"] },
    };
    const all = {
      name: "e2e tests",
      status: 0,
      reason: "no Pulumi CLI",
      counts: { passed: 0, failed: 0, failures: [], skipped: ["a", "b"] },
    };
    assert.deepEqual(closing([some, half, all]), [
      "Skipped:",
      "  unit tests: x (no y)",
      "  shop tests, 2 of 3: no Pulumi CLI",
      "  e2e tests, all 2: no Pulumi CLI",
      "2 passed, 0 failed, 5 skipped",
    ]);
  });

  it("reads what node's test runner counted", () => {
    const tap = [
      "TAP version 13",
      "ok 1 - a",
      "ok 2 - b # SKIP no x",
      "not ok 3 - c",
      "1..3",
      "# tests 3",
      "# pass 1",
      "# fail 1",
      "# cancelled 1",
      "# skipped 1",
    ].join("\n");
    assert.deepEqual(countsOfTap(tap), { passed: 1, failed: 2, failures: ["c"], skipped: ["b (no x)"] });
    assert.equal(countsOfTap("TAP version 13\nok 1 - a"), undefined);
  });

  it("say why a test failed in a line, also where that is a command's output", () => {
    const told: [string, string][] = [
      ["1 is not 2\n\n+ actual - expected", "1 is not 2"],
      ["Updating (staging):\n\n + made a\n   error: no disk\n", "Updating (staging): … error: no disk"],
      ["Command failed: node a.js\n/a.js:1\nTypeError: x\n    at a.js:1", "Command failed: node a.js … TypeError: x"],
      ["", ""],
      ["y".repeat(400), `${"y".repeat(299)}…`],
    ];
    for (const [message, why] of told) assert.equal(whyOf(message), why);
  });
});

import assert from "node:assert/strict";
import { count, plan, progress, said, summary } from "../../runner/display";
import type { Step } from "../../runner/update";

const step = (op: Step["op"], name: string): Step => {
  const type = "docker:index/container:Container";
  return { op, name, type, urn: `urn:pulumi:staging::shop::${type}::${name}` };
};

const steps = [
  step("create", "api"),
  step("update", "db"),
  step("replace", "web"),
  step("replace", "mail"),
  step("delete replaced", "web"),
  step("delete", "old"),
];

describe("what the runner shows", () => {
  it("is a plan with a line for each step", () => {
    assert.equal(
      plan(steps.slice(0, 5)),
      [
        " +  docker:Container api to create",
        " ~  docker:Container db to update",
        " +- docker:Container web to replace",
        " +- docker:Container mail to replace",
        " -- docker:Container web to delete replaced",
      ].join("\n"),
    );
  });

  it("is each step before and after it, and when it fails", () => {
    const replace = step("replace", "web");
    assert.equal(progress(replace, "before"), " +- docker:Container web creating replacement");
    assert.equal(progress(replace, "after"), " +- docker:Container web replaced");
    assert.equal(progress(replace, "failed"), " +- docker:Container web creating replacement failed");
    assert.equal(progress(step("delete", "old"), "after"), " -  docker:Container old deleted");
  });

  it("is what a step says, under its name", () => {
    assert.equal(
      said({ type: "command:local:Command", name: "app-record" }, "recorded"),
      "    command:Command app-record: recorded",
    );
  });

  it("counts a replacement once", () => {
    assert.deepEqual(count(steps), { created: 1, updated: 1, replaced: 2, deleted: 1 });
    assert.deepEqual(count([]), {});
  });

  it("is a summary in the end", () => {
    assert.equal(
      summary(steps, 1.24),
      "Resources:\n    + 1 created\n    ~ 1 updated\n    +- 2 replaced\n    - 1 deleted\n\nDuration: 1.2s",
    );
    assert.equal(summary([], 0.04), "Resources:\n    no changes\n\nDuration: 0.0s");
  });
});

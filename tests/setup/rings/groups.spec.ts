import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { groups, nameOf } from "../../../setup/rings/groups";
import { root } from "../steps";

describe("the groups of end-to-end tests", () => {
  it("hold each spec file that there is, once, and none that there is not", () => {
    const all = readdirSync(join(root, "tests", "e2e"), { recursive: true, encoding: "utf8" });
    const there = all.filter((path) => path.endsWith(".spec.ts")).map((path) => path.slice(0, -".spec.ts".length));
    assert.deepEqual(groups.flatMap(({ specs }) => specs).sort(), there.sort());
  });

  for (const group of groups) {
    it(`cover what is there: ${nameOf(group)}`, () => {
      assert.ok(group.covers.length > 0 && group.minutes > 0);
      assert.deepEqual(
        group.covers.filter((path) => !existsSync(join(root, path))),
        [],
      );
    });
  }
});

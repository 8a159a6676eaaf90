import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costTable, withTable } from "../../../setup/rings/costs";
import { groups, nameOf } from "../../../setup/rings/groups";
import measured from "../../../setup/rings/minutes.json";
import { root } from "../steps";

/** A table without the white space that its formatting has. */
const plain = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");

describe("what the groups of end-to-end tests cost", () => {
  it("stands in CONTRIBUTING.md as it was measured: ./setup/test --all --costs", () => {
    const text = plain(readFileSync(join(root, "CONTRIBUTING.md"), "utf8"));
    assert.equal(withTable(text, costTable(groups)), text);
  });

  it("is known of each group, and of nothing else", () => {
    assert.deepEqual(Object.keys(measured).sort(), groups.map(nameOf).sort());
  });

  it("is a table with the dearest first", () => {
    const table = costTable([
      { specs: ["a"], minutes: 1, covers: [] },
      { specs: ["b", "c"], minutes: 2, covers: [], core: true },
    ]);
    assert.equal(table, "| group | core | minutes |\n| --- | --- | --- |\n| b c | yes | 2 |\n| a | no | 1 |");
  });

  it("takes the place of the table before alone", () => {
    assert.equal(
      withTable("x <!-- costs --> old <!-- /costs --> y", "new"),
      "x <!-- costs -->\n\nnew\n\n<!-- /costs --> y",
    );
  });
});

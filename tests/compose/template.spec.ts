import assert from "node:assert/strict";
import { fill } from "../../compose/template";

const values: Record<string, string> = { SET: "value", EMPTY: "", OTHER: "other" };
const lookup = (name: string): string | undefined => values[name];

describe("filling a template", () => {
  it("tells every variable that was looked up, in order", () => {
    assert.deepEqual(fill("${A:-${SET}} $OTHER ${B+${EMPTY}} $SET", lookup).variables, [
      "A",
      "SET",
      "OTHER",
      "B",
      "EMPTY",
    ]);
  });

  it("tells which left a blank: not those with a default, nor those of a default that is not used", () => {
    assert.deepEqual(fill("$A ${B} ${C:-} ${D-x} ${SET:-$E} ${EMPTY}", lookup).blank, ["A", "B"]);
  });

  it("refuses a required variable without a value, with its message", () => {
    assert.throws(() => fill("${A:?say ${OTHER}}", lookup), { message: "the variable A must have a value: say other" });
    assert.throws(() => fill("${EMPTY:?}", lookup), { message: "the variable EMPTY must have a value" });
    assert.equal(fill("${EMPTY?x}", lookup).text, "");
  });

  it("refuses a required variable inside of a default that is not used, as the reference does", () => {
    assert.throws(() => fill("${SET:-${A:?needed}}", lookup), /variable A must have a value: needed/);
  });

  it("refuses what is no expression, and says how to write a plain $", () => {
    for (const text of ["${}", "a${1}", "${A b}", "${A", "${A:-x"]) {
      assert.throws(() => fill(text, lookup), /write \$\$ for a plain \$/, text);
    }
  });

  it("leaves a $ alone that begins nothing", () => {
    assert.equal(fill("$ $5 100$ $-", lookup).text, "$ $5 100$ $-");
  });
});

import assert from "node:assert/strict";
import { overlap } from "../../../components/leftovers/ranges";

describe("two address ranges", () => {
  for (const [one, other, expected] of [
    ["10.9.0.0/24", "10.9.0.0/24", true],
    ["10.9.0.0/16", "10.9.7.0/24", true],
    ["10.9.7.0/24", "10.9.0.0/16", true],
    ["10.9.0.0/24", "10.9.1.0/24", false],
    ["fd00:1::/64", "fd00:1::/64", true],
    ["fd00:1::/64", "fd00:2::/64", false],
    ["10.9.0.0/24", "fd00:1::/64", false],
  ] as const) {
    it(`${expected ? "overlap" : "do not overlap"}: ${one} and ${other}`, () => {
      assert.equal(overlap(one, other), expected);
      assert.equal(overlap(other, one), expected);
    });
  }
});

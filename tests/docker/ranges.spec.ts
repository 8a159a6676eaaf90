import assert from "node:assert/strict";
import { overlap } from "../../docker/ranges";

describe("two address ranges", () => {
  const pairs: [string, string, boolean][] = [
    ["10.1.0.0/16", "10.1.2.0/24", true],
    ["10.1.2.0/24", "10.1.0.0/16", true],
    ["10.1.2.0/24", "10.1.2.0/24", true],
    ["10.1.2.128/25", "10.1.2.0/25", false],
    ["10.1.0.0/16", "10.2.0.0/16", false],
    ["fd00:1::/32", "fd00:1:2::/48", true],
    ["fd00:1::/32", "fd00:2::/32", false],
    ["0.0.0.0/0", "fd00::/8", false],
    ["10.1.0.0", "10.1.0.0/16", false],
    ["nonsense/8", "10.1.0.0/16", false],
    ["10.0.0.0/64", "10.1.0.0/16", false],
  ];
  for (const [one, other, share] of pairs) {
    it(`${one} and ${other} share ${share ? "addresses" : "none"}`, () => assert.equal(overlap(one, other), share));
  }
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { line, piped } from "../../backup/shell";

const sh = (script: string) => spawnSync("sh", ["-c", script], { encoding: "utf8" });

describe("a pipe on the machine", () => {
  for (const [producer, consumer, code] of [
    ["echo hello", "cat", 0],
    ["echo hello; exit 3", "cat", 91],
    ["echo hello; false", "cat", 91],
    ["echo hello", "cat; exit 4", 92],
    ["exit 3", "exit 4", 92],
    ["head -c 1000000 /dev/zero", "head -c 1", 91],
  ] as const) {
    it(`ends with ${code} for ${producer} | ${consumer}`, () => {
      assert.equal(sh(piped(producer, consumer)).status, code);
    });
  }

  it("gives what its consumer prints, and no more", () => {
    assert.equal(sh(piped("printf 'a\\nb\\n'", "sort -r")).stdout, "b\na\n");
  });

  it("may stand inside another", () => {
    const inner = `( ${piped("printf abc; exit 1", "tr a-z A-Z")} )`;
    assert.deepEqual([sh(piped(inner, "cat")).status, sh(piped(inner, "cat")).stdout], [91, "ABC"]);
  });
});

describe("a word in a command line", () => {
  for (const word of ["plain", "two words", "it's", "$HOME", "a\nb", "", "`id`", "--x=y;z", "*"]) {
    it(`stays what it is: ${JSON.stringify(word)}`, () => {
      assert.equal(sh(line("printf", "%s", word)).stdout, word);
    });
  }
});

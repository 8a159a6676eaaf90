import assert from "node:assert/strict";
import { Lines, longest } from "../../docker/lines";

/** Output in pieces, and the lines that it is. */
const cases: [what: string, pieces: string[], lines: string[]][] = [
  ["lines that are cut anywhere", ["on", "e\ntwo\nth", "ree"], ["one", "two", "three"]],
  ["empty lines", ["\n\na\n"], ["", "", "a"]],
  ["nothing", [""], []],
  ["a progress bar", ["10%\r50%\r100%\r\ndone\n"], ["100%", "done"]],
  ["colours and other control characters", ["\x1b[31mred\x1b[0m\x07 and\tmore\n"], ["red and\tmore"]],
  [
    "a window's title, single bytes that begin a sequence, and text turned around",
    ["\x1b]0;x\x07a\u009b2Jb\u202ec\n"],
    ["abc"],
  ],
  ["a line that is too long", [`${"x".repeat(longest + 1)}\ny\n`], [`${"x".repeat(longest)}…`, "y"]],
  [
    "a line that is far too long, in pieces, without an end",
    ["x".repeat(longest), "x".repeat(longest), "x".repeat(9)],
    [`${"x".repeat(longest)}…`],
  ],
  ["a line as long as may be", [`${"x".repeat(longest)}\n`], ["x".repeat(longest)]],
];

describe("the lines of some output", () => {
  for (const [what, pieces, expected] of cases) {
    it(`are told of ${what}`, () => {
      const lines = new Lines();
      const told = pieces.flatMap((piece) => lines.push(Buffer.from(piece)));
      assert.deepEqual([...told, ...lines.end()], expected);
    });
  }

  it("are whole where a character is cut in two", () => {
    const lines = new Lines();
    const bytes = Buffer.from("grün\n");
    assert.deepEqual([...lines.push(bytes.subarray(0, 3)), ...lines.push(bytes.subarray(3))], ["grün"]);
  });
});

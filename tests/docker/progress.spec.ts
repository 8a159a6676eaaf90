import assert from "node:assert/strict";
import { failureIn } from "../../docker/progress";

const lines = (...all: object[]): string => all.map((line) => JSON.stringify(line)).join("\r\n");

/** What an Engine tells, and what went wrong by it. */
const cases: [string, string, string | undefined][] = [
  ["nothing", "", undefined],
  ["a pull that ends well", lines({ status: "Pulling fs layer", id: "1" }, { status: "Digest: sha256:1" }), undefined],
  [
    "an error as Engines have told it for ten years",
    lines({ errorDetail: { message: "denied." }, error: "denied." }),
    "denied",
  ],
  [
    "an error as Engines tell it since API 1.48",
    lines({ errorDetail: { code: 1, message: "unexpected EOF" } }),
    "unexpected EOF",
  ],
  ["an error of an Engine older than that", lines({ error: "unexpected EOF" }), "unexpected EOF"],
  [
    "an error with more after it",
    lines({ errorDetail: { message: "no space left" } }, { status: "done" }),
    "no space left",
  ],
  ["an error without a word", lines({ errorDetail: {}, error: "" }), "it does not say why"],
  ["half a line at the end, as a connection that broke leaves it", `${lines({ status: "1" })}\n{"sta`, undefined],
];

describe("an Engine's progress", () => {
  for (const [what, told, reason] of cases) {
    it(`tells ${reason === undefined ? "of no failure" : `"${reason}"`} in ${what}`, () => {
      assert.equal(failureIn(told), reason);
    });
  }

  it("may be read already", () => {
    assert.equal(failureIn([{ status: "1" }, { errorDetail: { message: "denied" } }, null, "x"]), "denied");
  });
});

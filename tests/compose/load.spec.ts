import assert from "node:assert/strict";
import { ComposeError, loadCompose } from "../../compose/load";
import { type Case, asPrinted, cases, expected, optionsOf } from "./cases";

describe("loadCompose", () => {
  describe("gives what docker compose config printed for", () => {
    for (const one of cases.filter(({ refused }) => !refused)) {
      it(one.name, () => {
        assert.deepEqual(asPrinted(loadCompose(optionsOf(one)).config), expected(one.folder));
      });
    }
  });

  describe("refuses with every problem and its place", () => {
    for (const one of cases.filter(({ refused }) => refused)) {
      it(one.name, () => assert.deepEqual(refusal(one), one.refused));
    }
  });
});

function refusal(one: Case): string[] {
  try {
    loadCompose(optionsOf(one));
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split("\n");
    throw error;
  }
  return [];
}

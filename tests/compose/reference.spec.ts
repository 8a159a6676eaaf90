import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { asLoaded, asRecorded, askReference, cases, expected, isRecorded, referenceMissing } from "./cases";

/*
 * The recorded answers of the reference, asked for again. To record them anew, after adding a case or for a newer
 * reference: UPDATE_COMPOSE_CASES=1 npx mocha -g "asked again"
 */
describe("docker compose config, asked again", function () {
  this.timeout(60_000);
  const missing = referenceMissing();
  const update = process.env.UPDATE_COMPOSE_CASES === "1";

  if (missing !== undefined) {
    it(`is as recorded (pending: ${missing})`);
    return;
  }
  for (const one of cases) {
    it(`${one.refused ? "refuses" : "answers"} ${one.name} as recorded`, () => {
      const answer = askReference(one);
      if (one.refused) {
        const refuses = "refusal" in answer;
        assert.equal(refuses, one.differs === undefined, one.differs ?? "the reference accepts it");
        return;
      }
      assert.ok("config" in answer, "refusal" in answer ? answer.refusal : "");
      if (update) writeFileSync(join(one.folder, "expected.json"), asRecorded(answer.config, one.folder));
      assert.ok(isRecorded(one.folder), "nothing is recorded: run with UPDATE_COMPOSE_CASES=1");
      assert.deepEqual(asLoaded(answer.config, one.folder), expected(one.folder));
    });
  }
});

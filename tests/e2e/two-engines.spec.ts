import assert from "node:assert/strict";
import { leftAt, moments } from "./alike";

/** Behind all other scenarios, which note what they find: mocha takes the files in the order of their names. */
describe("what the two engines leave is the same", () => {
  for (const moment of moments) {
    it(`after the ${moment}`, function () {
      const { runner, pulumi } = leftAt(moment);
      if (!runner || !pulumi) {
        console.log(`    not compared: only ${runner ? "the runner" : pulumi ? "Pulumi" : "neither engine"} came by`);
        this.skip();
      }
      assert.deepEqual(Object.keys(runner), Object.keys(pulumi));
      for (const name of Object.keys(pulumi)) {
        assert.deepEqual(runner[name], pulumi[name], `${name} is another on the runner than on Pulumi`);
      }
    });
  }
});

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { leftAt, moments, type Left } from "./alike";

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
      const others = Object.keys(pulumi).filter((name) => !isDeepStrictEqual(runner[name], pulumi[name]));
      assert.deepEqual(part(runner, others), part(pulumi, others), `not the same on both: ${others.join(", ")}`);
    });
  }
});

function part(left: Left, names: string[]): Left {
  return Object.fromEntries(names.map((name) => [name, left[name]]));
}

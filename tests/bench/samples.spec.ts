import assert from "node:assert/strict";
import { composeFile, sketches } from "../../bench/generated";
import { readOptions } from "../../bench/options";
import { interleave, median, ratio } from "../../bench/samples";
import type { Sample } from "../../bench/stack";

const took = (...seconds: number[]): Sample[] => seconds.map((each) => ({ seconds: each, load: 0 }));

describe("the benchmark", () => {
  it("takes the value in the middle", () => {
    assert.equal(median([9, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 9]), 3);
    assert.ok(Number.isNaN(median([])));
  });

  it("compares round by round, so that a slow round changes nothing", () => {
    assert.equal(
      ratio(took(2, 40, 2), took(1, 20, 1), ({ seconds }) => seconds),
      2,
    );
  });

  it("takes turns, and lets each begin in turn", async () => {
    const order: string[] = [];
    const lane = (name: string) => async () => {
      order.push(name);
      return took(1)[0] as Sample;
    };
    const { a, b } = await interleave(3, { a: lane("a"), b: lane("b") });
    assert.deepEqual([order.join(""), a.length, b.length], ["abbaab", 3, 3]);
  });

  it("changes one service and nothing else with another edition", () => {
    const [one, two] = [sketches(25, "one"), sketches(25, "two")];
    assert.deepEqual(one.slice(0, -1), two.slice(0, -1));
    assert.notDeepEqual(one.at(-1), two.at(-1));
    assert.notEqual(composeFile(one), composeFile(two));
  });

  it("names the argument that is wrong", () => {
    assert.deepEqual(readOptions([]), { demo: true, sizes: [5, 25, 100], rounds: 5 });
    assert.deepEqual(readOptions(["--sizes", "none", "--no-demo"]), { demo: false, sizes: [], rounds: 5 });
    assert.throws(() => readOptions(["--sizes", "5,many"]), /--sizes takes whole numbers from 1 on.*"many"/);
  });
});

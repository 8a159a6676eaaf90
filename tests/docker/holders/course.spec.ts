import assert from "node:assert/strict";
import { beginning, isOver, seenAgain, type Course } from "../../../docker/holders/course";
import type { Holder } from "../../../docker/holders/holder";

const edge = (id: string, isRunning: boolean): Holder => ({
  id,
  name: id,
  part: "role edge",
  image: "haproxy",
  claims: [],
  isRunning,
});
const old = edge("old", false);
const stopped = { part: "role edge", stopped: [old], before: [old] };

/** When, in milliseconds, the course of a container is over; what is seen of it is told by the second, the last thing again and again. */
function overAt(...seen: (readonly Holder[] | undefined)[]): number {
  let course: Course = beginning(0);
  for (let now = 0; now < 120_000; now += 500) {
    course = seenAgain(course, stopped, seen[Math.min(Math.floor(now / 1000), seen.length - 1)], now);
    if (isOver(course, now)) return now;
  }
  return Infinity;
}

describe("the course of a container in another one's place", () => {
  it("is over soon after it was made and does not run, as where its port is taken", () => {
    assert.equal(overAt([old], [old, edge("new", false)]), 4000);
  });

  it("is over soon after it has gone again", () => {
    assert.equal(overAt([old, edge("new", true)], [old]), 4000);
  });

  it("goes on where it was only started later, or begins again", () => {
    const [waits, runs] = [
      [old, edge("new", false)],
      [old, edge("new", true)],
    ];
    assert.equal(overAt(waits, waits, runs, waits, runs), 65_000);
  });

  it("is over where the engine waits for its health no longer", () => {
    assert.equal(overAt([old, edge("new", true)]), 65_000);
  });

  it("is over where it is never made", () => {
    assert.equal(overAt([old]), 30_000);
  });

  it("is not over while the Docker Engine says nothing", () => {
    assert.equal(overAt([old, edge("new", true)], undefined), 65_000);
  });
});

import assert from "node:assert/strict";
import { failuresOf, inAll } from "../../../../bench/promotion/load/figures";
import { Tally } from "../../../../bench/promotion/load/tally";

describe("the load generator's tally", () => {
  it("finds the longest time without an answer of a fast client, of whatever kind", () => {
    const tally = new Tally(1000);
    tally.answered("kept", "v1", 1500);
    tally.answered("fresh", "v1", 1600);
    // A slow client's answer does not show that the service answers now.
    tally.answered("slow", "v1", 1700);
    tally.answered("kept", "v2", 1900);
    tally.answered("kept", "v2", 1950);
    const { gap, releases } = tally.figures(2000);
    assert.deepEqual([gap.ms, gap.ended], [300, 1900]);
    assert.deepEqual(releases, {
      v1: { count: 2, first: 1500, last: 1600 },
      v2: { count: 2, first: 1900, last: 1950 },
    });
  });

  it("counts the time until now, where answers have stopped or never came", () => {
    const tally = new Tally(1000);
    assert.equal(tally.figures(4000).gap.ms, 3000);
    tally.answered("kept", "v1", 4000);
    assert.equal(tally.figures(9000).gap.ms, 5000);
    // What was asked for meanwhile does not end the gap.
    tally.answered("kept", "v1", 9500);
    assert.deepEqual([tally.figures(9600).gap.ms, tally.figures(9600).gap.ended], [5500, 9500]);
  });

  it("tells for how long of a gap it was itself not let run", () => {
    const tally = new Tally(0);
    tally.answered("kept", "v1", 10);
    tally.awake(20);
    tally.awake(100);
    tally.awake(110);
    tally.answered("kept", "v1", 120);
    assert.deepEqual(tally.figures(120).gap, { ms: 110, ended: 120, stalled: 80 });
  });

  it("counts failures by reason, and crossed messages as none", () => {
    const tally = new Tally(0);
    tally.failed("fresh", "ECONNREFUSED");
    tally.failed("fresh", "ECONNREFUSED");
    tally.failed("fresh", "status 503");
    tally.crossed("socket");
    tally.answered("socket", "v1", 5);
    const figures = tally.figures(10);
    assert.deepEqual([figures.requests, figures.failed], [4, 3]);
    assert.deepEqual(failuresOf("fresh", [figures, figures]), {
      failed: 6,
      reasons: ["4 × ECONNREFUSED", "2 × status 503"],
    });
    assert.deepEqual(figures.kinds.socket, { requests: 1, failed: 0, reasons: {}, crossed: 1 });
    assert.equal(inAll([figures, new Tally(0).figures(50)]).gap.ms, 50);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { expired } from "../../backup/retention";

const now = Date.parse("2026-11-21T12:00:00Z");
const day = 24 * 60 * 60 * 1000;
const aged = (...days: number[]) => days.map((age) => ({ id: `b${age}`, at: new Date(now - age * day).toISOString() }));

describe("backups expire", () => {
  it("when they are old, and so many newer ones are there", () => {
    assert.deepEqual(expired(aged(1, 2, 40, 50, 60), { keep: 3, days: 30 }, now, []), ["b60", "b50"]);
  });

  it("never while few are there, however old", () => {
    assert.deepEqual(expired(aged(400, 500), { keep: 2, days: 30 }, now, []), []);
  });

  it("never while they are young, however many", () => {
    assert.deepEqual(expired(aged(1, 2, 3, 4, 5), { keep: 1, days: 30 }, now, []), []);
  });

  it("never when the last promotion names them", () => {
    assert.deepEqual(expired(aged(1, 40, 50), { keep: 1, days: 30 }, now, ["b50"]), ["b40"]);
  });

  it("in no order but by age", () => {
    const ages = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 30 });
    const wish = fc.record({ keep: fc.integer({ min: 1, max: 20 }), days: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(ages, wish, (list, keeping) => {
        const gone = expired(aged(...list), keeping, now, []);
        const sorted = [...list].sort((a, b) => a - b);
        const wanted = sorted.slice(keeping.keep).filter((age) => age > keeping.days);
        assert.deepEqual(
          gone,
          wanted.reverse().map((age) => `b${age}`),
        );
      }),
    );
  });
});

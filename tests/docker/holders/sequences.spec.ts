import assert from "node:assert/strict";
import fc from "fast-check";
import { collide } from "../../../docker/holders/claims";
import { Machine, type Fate, type Release } from "./machine";
import { names, release } from "./releases";

/** How many sequences of updates are tried. */
const sequences = Number(process.env["SLIPWAY_SEQUENCES"] ?? 10_000);
const seed = process.env["SLIPWAY_SEED"] === undefined ? undefined : Number(process.env["SLIPWAY_SEED"]);

const fate: fc.Arbitrary<Fate> = fc.record({
  ill: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray([...names], { maxLength: 2 })),
  killedAfter: fc.option(fc.nat(14), { nil: undefined, freq: 2 }),
  lateCreates: fc.boolean(),
  turns: fc.array(fc.nat(7), { minLength: 1, maxLength: 12 }),
});

const episode = fc.record({ to: fc.oneof({ weight: 3, arbitrary: release }, fc.nat(2)), fate });

describe("what two containers cannot hold at once, over sequences of updates", () => {
  it(`has one holder at every moment, and no row that was acknowledged is lost (${sequences} sequences)`, function () {
    this.timeout(0);
    let updates = 0;
    let ends = 0;
    fc.assert(
      fc.property(release, fc.array(episode, { minLength: 1, maxLength: 6 }), (first, episodes) => {
        const machine = new Machine();
        const releases: Release[] = [first];
        const good: Fate = { ill: [], lateCreates: false, turns: [0] };
        assert.ok(machine.update(first, good));
        for (const { to, fate } of episodes) {
          const next = typeof to === "number" ? (releases.at(-1 - to) ?? first) : to;
          releases.push(next);
          const before = machine.running();
          updates += 1;
          if (machine.update(next, fate)) ends += 1;
          else notInVain(machine, before);
          assertCounted(machine);
        }
        assert.ok(machine.update(releases.at(-1) as Release, good), "it converges");
        assertRuns(machine, releases.at(-1) as Release);
        assertCounted(machine);
      }),
      { numRuns: sequences, seed, includeErrorInReport: true },
    );
    console.log(`      ${updates} updates, ${ends} of which came to their end`);
  });
});

/** Two that count in one volume without knowing of each other give out a number twice. */
function assertCounted({ given }: Machine): void {
  for (const [volume, numbers] of given) {
    const wrong = numbers.findIndex((number, index) => number !== index + 1);
    assert.equal(wrong, -1, `${volume}: row ${wrong + 1} of ${numbers.length} was given out again`);
  }
}

/** Whatever ran before runs still, or has a successor, or something that is well has what it held. */
function notInVain(machine: Machine, before: ReturnType<Machine["running"]>): void {
  const running = machine.running();
  for (const old of before) {
    const goesOn = running.some(({ id, part }) => id === old.id || part === old.part);
    const isTaken = running.some(
      ({ isWell, claims }) => isWell && claims.some((held) => old.claims.some((claim) => collide(claim, held))),
    );
    assert.ok(goesOn || isTaken, `${old.part} was stopped in vain`);
  }
}

function assertRuns(machine: Machine, release: Release): void {
  const parts = machine.running().map(({ part }) => part);
  assert.deepEqual(
    parts.sort(),
    Object.keys(release)
      .map((name) => `service ${name}`)
      .sort(),
  );
}

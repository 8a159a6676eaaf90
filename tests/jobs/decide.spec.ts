import assert from "node:assert/strict";
import { decideJob } from "../../jobs/decide";

/** Releases, older first. */
const [r1, r2] = ["v1111111-20260101-000000", "v2222222-20260201-000000"];
const [job, other] = ["migrate", "seed"];
const at = (day: number): string => `2026-03-${String(day).padStart(2, "0")}T00:00:00.000Z`;
const took = (release: string, day: number) => ({ release, at: at(day) });
const ran = (release: string, day: number, of = job) => ({ job: of, release, at: at(day) });

interface Case {
  release: string;
  onRollback?: boolean;
  runs?: ReturnType<typeof ran>[];
  restored?: string;
  history?: ReturnType<typeof took>[];
}

/** What the ledger knows, and what becomes of the job; the reason begins so. */
const cases: [what: string, known: Case, runs: boolean, because: string][] = [
  ["a stage's first release", { release: r1 }, true, "once for this release"],
  ["a new release", { release: r2, runs: [ran(r1, 1)], history: [took(r1, 1)] }, true, "once"],
  ["a release that it ran for", { release: r1, runs: [ran(r1, 1)], history: [took(r1, 1)] }, false, "ran for this"],
  [
    "a release for which another job ran",
    { release: r1, runs: [ran(r1, 1, other)], history: [took(r1, 1)] },
    true,
    "once",
  ],
  [
    "an update that failed after the job",
    { release: r2, runs: [ran(r1, 1), ran(r2, 2)], history: [took(r1, 1)] },
    false,
    `ran for this release at ${at(2)}`,
  ],
  [
    "a rollback to a release that it ran for",
    { release: r1, runs: [ran(r1, 1), ran(r2, 2)], history: [took(r1, 1), took(r2, 2)] },
    false,
    "ran for this release",
  ],
  [
    "a rollback to a release that it never ran for",
    { release: r1, history: [took(r2, 1)] },
    false,
    "not on a rollback",
  ],
  [
    "an update that changes nothing after such a rollback",
    { release: r1, history: [took(r2, 1), took(r1, 2)] },
    false,
    "not on a rollback",
  ],
  [
    "the way forward again",
    { release: r2, runs: [ran(r1, 1), ran(r2, 2)], history: [took(r1, 1), took(r2, 2), took(r1, 3)] },
    false,
    "ran for this release",
  ],
  [
    "a rollback, of a job that says onRollback",
    { release: r1, onRollback: true, runs: [ran(r1, 1), ran(r2, 2)], history: [took(r1, 1), took(r2, 2)] },
    true,
    "once for this release",
  ],
  [
    "an update after that, of a job that says onRollback",
    { release: r1, onRollback: true, runs: [ran(r2, 2), ran(r1, 3)], history: [took(r1, 1), took(r2, 2), took(r1, 3)] },
    false,
    "ran for this release",
  ],
  [
    "the way forward again, of a job that says onRollback",
    { release: r2, onRollback: true, runs: [ran(r2, 2), ran(r1, 3)], history: [took(r1, 1), took(r2, 2), took(r1, 3)] },
    true,
    "once",
  ],
  [
    "the way back from an update that failed, of a job that says onRollback",
    { release: r1, onRollback: true, runs: [ran(r1, 1), ran(r2, 2)], history: [took(r1, 1)] },
    true,
    "once",
  ],
  [
    "data that were restored since",
    { release: r1, runs: [ran(r1, 1)], restored: at(2), history: [took(r1, 1)] },
    true,
    `again, as data were restored at ${at(2)}`,
  ],
  [
    "data that were restored before it ran",
    { release: r1, runs: [ran(r1, 3)], restored: at(2), history: [took(r1, 1)] },
    false,
    "ran for this release",
  ],
  [
    "a rollback after a restore",
    { release: r1, runs: [ran(r1, 1), ran(r2, 2)], restored: at(3), history: [took(r1, 1), took(r2, 2)] },
    false,
    "not on a rollback",
  ],
  [
    "data that were restored after a rollback",
    { release: r1, runs: [ran(r2, 1)], restored: at(3), history: [took(r2, 1), took(r1, 2)] },
    true,
    "once",
  ],
];

describe("whether a job runs", () => {
  for (const [what, { release, onRollback = false, runs = [], restored, history = [] }, expected, because] of cases) {
    it(`says ${expected ? "yes" : "no"} to ${what}`, () => {
      const decision = decideJob({ job, release, onRollback }, { runs, restored }, history);
      assert.equal(decision.runs, expected, decision.because);
      assert.ok(decision.because.startsWith(because), decision.because);
    });
  }
});

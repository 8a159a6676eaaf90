import assert from "node:assert/strict";
import { judge, type State } from "../../steps/health";

const now = Date.parse("2026-11-21T12:00:00Z");
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

const running = (state: Partial<State> = {}): State => ({
  Status: "running",
  Running: true,
  Restarting: false,
  ExitCode: 0,
  StartedAt: ago(1),
  ...state,
});

/** What the Engine says, how often it started the container again, and what that means. */
const cases: [string, State, number, ReturnType<typeof judge>][] = [
  ["healthy", running({ Health: { Status: "healthy" } }), 0, { well: true }],
  ["healthy after it ended before", running({ Health: { Status: "healthy" } }), 3, { well: true }],
  ["still starting", running({ Health: { Status: "starting" }, StartedAt: ago(50) }), 0, { well: false }],
  ["unhealthy", running({ Health: { Status: "unhealthy" } }), 0, { well: false }],
  ["running for a second, without a check", running(), 0, { well: false }],
  ["running for three seconds, without a check", running({ StartedAt: ago(3) }), 0, { well: true }],
  ["running for three seconds, after it ended before", running({ StartedAt: ago(3) }), 1, { well: false }],
  ["running for months, after it ended before", running({ StartedAt: ago(9e6) }), 1, { well: true }],
  [
    "started again and again",
    running({ Status: "restarting", Restarting: true, ExitCode: 1 }),
    4,
    { well: false, trouble: "its container keeps ending (exit code 1)" },
  ],
  [
    "ended",
    running({ Status: "exited", Running: false, ExitCode: 137 }),
    0,
    { well: false, trouble: "its container is exited (exit code 137)" },
  ],
  [
    "never started",
    running({ Status: "created", Running: false, StartedAt: "0001-01-01T00:00:00Z" }),
    0,
    { well: false, trouble: "its container is created (exit code 0)" },
  ],
];

describe("a container is judged", () => {
  for (const [what, state, restarts, verdict] of cases) {
    it(`${verdict.well ? "well" : verdict.trouble ? "not well" : "not yet well"} when it is ${what}`, () => {
      assert.deepEqual(judge(state, restarts, now), verdict);
    });
  }
});

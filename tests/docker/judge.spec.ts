import assert from "node:assert/strict";
import { deadline, judge, judgeReady, onceHint, type CheckTimes, type State, type Verdict } from "../../docker/judge";

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
  [
    "ended with exit code 0",
    running({ Status: "exited", Running: false }),
    0,
    { well: false, trouble: "its container is exited (exit code 0); if it is to run once, write profiles: [job]" },
  ],
  [
    "ended with exit code 0 again and again",
    running({ Status: "restarting", Restarting: true }),
    4,
    {
      well: false,
      trouble: 'its container keeps ending (exit code 0); if it is to run once, write profiles: [job] or restart: "no"',
    },
  ],
];

/** Whether a container may be sent requests. */
const ready: [string, State, Verdict, { restarts?: number; waited?: number; check?: CheckTimes }?][] = [
  ["healthy", running({ Health: { Status: "healthy" } }), { well: true }],
  ["still starting", running({ Health: { Status: "starting" } }), { well: false }],
  [
    "unhealthy",
    running({ Health: { Status: "unhealthy", FailingStreak: 5 } }),
    { well: false, trouble: "its health check failed 5 times in a row (healthcheck.retries: 5)" },
    { check: { Retries: 5 } },
  ],
  [
    "unhealthy by the Engine's own number of tries",
    running({ Health: { Status: "unhealthy", FailingStreak: 3 } }),
    { well: false, trouble: "its health check failed 3 times in a row" },
    { check: { Retries: 0 } },
  ],
  [
    // The Engine says so of one that ended, until the first try after it was started again.
    "called unhealthy for having ended",
    running({ Health: { Status: "unhealthy", FailingStreak: 2 } }),
    { well: false },
    { check: { Retries: 5 } },
  ],
  ["running for a second, without a check", running(), { well: true }],
  [
    "started again and again, for longer than its check allows before it counts",
    running({ Status: "restarting", Restarting: true, ExitCode: 1, Health: { Status: "unhealthy" } }),
    { well: false, trouble: "its container keeps ending (exit code 1)" },
    { restarts: 5, waited: 61, check: { StartPeriod: 60e9 } },
  ],
  [
    "started again and again, within the time that its check allows",
    running({ Status: "restarting", Restarting: true, ExitCode: 1, Health: { Status: "unhealthy" } }),
    { well: false },
    { restarts: 5, waited: 59, check: { StartPeriod: 60e9 } },
  ],
  ["about to be started again", running({ Status: "restarting", Restarting: true, Running: false }), { well: false }],
  [
    "ended",
    running({ Status: "exited", Running: false, ExitCode: 1 }),
    { well: false, trouble: "its container is exited (exit code 1)" },
  ],
];

describe("a container is judged", () => {
  for (const [what, state, restarts, verdict] of cases) {
    it(`${verdict.well ? "well" : verdict.trouble ? "not well" : "not yet well"} when it is ${what}`, () => {
      assert.deepEqual(judge(state, restarts, now), verdict);
    });
  }
});

describe("a container may be sent requests", () => {
  for (const [what, state, verdict, { restarts = 0, waited = 0, check } = {}] of ready) {
    it(`${verdict.well ? "" : verdict.trouble ? "never " : "not yet "}when it is ${what}`, () => {
      assert.deepEqual(judgeReady({ state, restarts, check }, now, now - waited * 1000), verdict);
    });
  }
});

describe("a container is waited for", () => {
  const seconds = (state: State, check?: Parameters<typeof deadline>[0]["check"]): number =>
    (deadline({ state, check }, now) - now) / 1000;
  const starting = running({ StartedAt: ago(0), Health: { Status: "starting" } });

  it("until its image's own health check has had all its tries, and half a minute more", () => {
    const check = { Interval: 30e9, Timeout: 10e9, StartPeriod: 60e9, Retries: 2 };
    assert.equal(seconds(starting, check), 60 + 3 * 40 + 30);
  });

  it("by the Engine's own defaults where the image leaves them open", () => {
    assert.equal(seconds(starting, { Test: ["CMD", "true"], Interval: 0 }), 4 * 60 + 30);
  });

  it("for a minute at least: its health check may have begun long ago", () => {
    assert.equal(seconds({ ...starting, StartedAt: ago(9000) }, { Interval: 1e9, Timeout: 1e9 }), 60);
    assert.equal(seconds(running()), 60);
  });

  it("for ten seconds where it has no health check and keeps ending", () => {
    assert.equal(seconds(running({ Restarting: true })), 10);
  });
});

describe("a service that ends well is pointed at jobs", () => {
  it("by exit code 0 alone, of a container that ran", () => {
    const hints = [running(), running({ ExitCode: 3 }), running({ Status: "created" })].map(onceHint);
    assert.deepEqual(hints, ["; if it is to run once, write profiles: [job]", "", ""]);
  });
});

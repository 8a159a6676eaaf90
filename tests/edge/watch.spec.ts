import assert from "node:assert/strict";
import { judgeServing, type State } from "../../docker/judge";
import { judgeAnswer } from "../../edge/tryCheck";

const running = (more: Partial<State> = {}): State => ({
  Status: "running",
  Running: true,
  Restarting: false,
  ExitCode: 0,
  StartedAt: "2026-11-21T12:00:00Z",
  ...more,
});

describe("a container behind the edge", () => {
  const cases: [what: string, state: State, restarts: number, trouble: string | undefined][] = [
    ["runs on", running(), 1, undefined],
    ["is healthy", running({ Health: { Status: "healthy" } }), 1, undefined],
    [
      "has ended",
      running({ Running: false, Status: "exited", ExitCode: 3 }),
      1,
      "its container is exited (exit code 3)",
    ],
    ["was started again", running(), 2, "its container ended and was started again"],
    ["fell ill", running({ Health: { Status: "unhealthy" } }), 1, "its health check does not pass any more"],
  ];
  for (const [what, state, restarts, trouble] of cases) {
    it(what, () => assert.equal(judgeServing({ state, restarts }, { restarts: 1 }).trouble, trouble));
  }
});

describe("the answer to a check", () => {
  it("passes by its status, and by what it holds", () => {
    assert.equal(judgeAnswer({ status: 204 }, { status: 204, body: "" }), undefined);
    assert.equal(judgeAnswer({ status: 200, text: "well" }, { status: 200, body: "all is well" }), undefined);
  });

  it("is told where it does not", () => {
    assert.equal(judgeAnswer({ status: 200 }, { status: 503, body: "" }), "it answered 503, not 200");
    assert.equal(
      judgeAnswer({ status: 200, text: "well" }, { status: 200, body: "ill" }),
      'its answer does not hold "well"; it begins with "ill"',
    );
  });
});

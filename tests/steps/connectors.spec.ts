import assert from "node:assert/strict";
import { isConnected } from "../../steps/connectors";
import type { State } from "../../steps/health";

const running: State = {
  Status: "running",
  Running: true,
  Restarting: false,
  ExitCode: 0,
  StartedAt: "2026-11-21T12:00:00Z",
  Health: { Status: "healthy" },
};

describe("a connector", () => {
  const cases: [what: string, state: Partial<State>, connected: boolean][] = [
    ["is connected where its health check says so", {}, true],
    ["is not where the check has not passed yet", { Health: { Status: "starting" } }, false],
    ["is not where the check does not pass", { Health: { Status: "unhealthy" } }, false],
    ["is not where nothing asks it", { Health: undefined }, false],
    ["is not where it has ended", { Running: false, Status: "exited" }, false],
    ["is not while it starts again", { Restarting: true }, false],
  ];
  for (const [what, state, connected] of cases) {
    it(what, () => assert.equal(isConnected({ state: { ...running, ...state }, restarts: 1 }), connected));
  }

  it("is not where it is gone", () => assert.equal(isConnected(undefined), false));
});

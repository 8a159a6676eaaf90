import assert from "node:assert/strict";
import { homedir } from "node:os";
import { logFile } from "../../jobs/logFile";

describe("the file of a job's output", () => {
  const stage = { project: "shop", stage: "staging" };
  const before = process.env["XDG_STATE_HOME"];

  afterEach(() => {
    if (before === undefined) {
      delete process.env["XDG_STATE_HOME"];
    } else {
      process.env["XDG_STATE_HOME"] = before;
    }
  });

  it("lies among the state files of whoever runs the update, not in the project", () => {
    delete process.env["XDG_STATE_HOME"];
    const own = `${homedir()}/.local/state/slipway/logs/shop/staging/migrate-v1.log`;
    assert.equal(logFile(stage, "migrate", "v1"), own);
    process.env["XDG_STATE_HOME"] = "relative";
    assert.equal(logFile(stage, "migrate", "v1"), own);
    process.env["XDG_STATE_HOME"] = "/states";
    assert.equal(logFile(stage, "migrate", "v1"), "/states/slipway/logs/shop/staging/migrate-v1.log");
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { holders, stillRuns, type Holder } from "../../cli/lock";

const refusal = `error: could not import deployment: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/shop/production/fe49.json?no_tmp_dir=true: created by ada@vm (pid 28930) at 2026-11-21T17:11:38Z
  file:///state/.pulumi/locks/organization/shop/production/0c11.json?no_tmp_dir=true: created by ci@build-7.example.com (pid 12) at 2026-11-21T17:11:39+01:00
`;

describe("a stage's lock on Pulumi's side", () => {
  it("names who holds it, in Pulumi's words", () => {
    assert.deepEqual(holders(refusal), [
      { user: "ada", host: "vm", pid: 28930, at: "2026-11-21T17:11:38Z" },
      { user: "ci", host: "build-7.example.com", pid: 12, at: "2026-11-21T17:11:39+01:00" },
    ]);
  });

  it("names nobody where the backend does not tell", () => {
    assert.deepEqual(holders("error: [409] Conflict: Another update is currently in progress."), []);
  });

  it("is told from every other refusal", () => {
    assert.equal(holders("error: no stack named 'production' found"), undefined);
  });

  const by = (pid: number, host = hostname()): Holder => ({ user: "ada", host, pid, at: "2026-11-21T17:11:38Z" });

  it("is held by an update that is over where its process is gone, or is another program by now", async () => {
    const child = spawn("true");
    await once(child, "exit");
    assert.equal(stillRuns(by(child.pid ?? 0)), false);
    assert.equal(stillRuns(by(process.pid)), false);
  });

  it("does not tell of another machine's processes", () => {
    assert.equal(stillRuns(by(process.pid, "elsewhere")), undefined);
  });
});

import assert from "node:assert/strict";

import { Registry } from "../../registry/client/registry";
import { Ledger } from "../../release/ledger";
import { TestRegistry } from "../registry/fakeRegistry";

const at = (minute: number): string => `2026-01-01T00:0${minute}:00.000Z`;
const run = (job: string, release: string, minute: number) => ({ job, release, at: at(minute) });

describe("the ledger's record of jobs", () => {
  let server: TestRegistry;
  let ledger: Ledger;

  beforeEach(async () => {
    server = await TestRegistry.start();
    ledger = new Ledger(new Registry(server.address, undefined, { retries: [1] }), "shop");
  });
  afterEach(() => server.stop());

  it("keeps the runs of each stage, and is empty for one that has none", async () => {
    await ledger.noteJob("staging", run("migrate", "v1", 0));
    await ledger.noteJob("staging", run("seed", "v1", 1));
    await ledger.noteJob("production", run("migrate", "v1", 2));
    assert.deepEqual(await ledger.jobRuns("staging"), {
      stage: "staging",
      runs: [run("migrate", "v1", 0), run("seed", "v1", 1)],
    });
    assert.deepEqual((await ledger.jobRuns("production")).runs, [run("migrate", "v1", 2)]);
    assert.deepEqual(await ledger.jobRuns("none"), { stage: "none", runs: [] });
  });

  it("keeps of a job and a release the last run, in the place of the last", async () => {
    for (const one of [run("migrate", "v1", 0), run("migrate", "v2", 1), run("migrate", "v1", 2)]) {
      await ledger.noteJob("staging", one);
    }
    assert.deepEqual((await ledger.jobRuns("staging")).runs, [run("migrate", "v2", 1), run("migrate", "v1", 2)]);
  });

  it("keeps when data were last restored, whatever runs after", async () => {
    await ledger.noteJob("staging", run("migrate", "v1", 0));
    await ledger.noteRestore("staging", new Date(at(1)));
    await ledger.noteJob("staging", run("migrate", "v1", 2));
    assert.deepEqual(await ledger.jobRuns("staging"), {
      stage: "staging",
      runs: [run("migrate", "v1", 2)],
      restored: at(1),
    });
    await ledger.noteRestore("staging");
    assert.ok(((await ledger.jobRuns("staging")).restored ?? "") > at(1));
  });

  it("is no release and no stage of the ledger", async () => {
    await ledger.noteJob("staging", run("migrate", "v1", 0));
    assert.deepEqual(await ledger.contents(), { releases: [], stages: [], unreadable: [] });
    assert.deepEqual(await ledger.stages(), []);
    await assert.rejects(ledger.read("jobs.staging"), /the ledger of shop holds none yet/);
  });

  it("has the old record or the new one, wherever noting breaks off", async () => {
    await ledger.noteJob("staging", run("migrate", "v1", 0));
    for (const method of ["POST", "PATCH", "PUT"]) {
      server.faults.push({ method, path: /ledger/, times: 9, how: "reset" });
      await assert.rejects(ledger.noteJob("staging", run("migrate", "v2", 1)));
      server.faults.length = 0;
      assert.deepEqual((await ledger.jobRuns("staging")).runs, [run("migrate", "v1", 0)]);
    }
  });

  it("names the stage of a record that cannot be read", async () => {
    await ledger.appendRun("x", { release: "v1", at: at(0), by: "me", kind: "staging" });
    const manifest = await ledger.registry.getManifest(ledger.repository, "stage.x");
    await ledger.registry.putManifest(ledger.repository, "jobs.staging", manifest);
    await assert.rejects(ledger.jobRuns("staging"), /The record of the jobs of stage staging cannot be read from /);
  });
});

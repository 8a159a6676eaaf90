import assert from "node:assert/strict";

import { Registry } from "../../registry/client/registry";
import { Ledger } from "../../release/ledger";
import { type StageRun } from "../../release/record";
import { pushImage } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";

const run = (name: string, more: Partial<StageRun> = {}): StageRun => ({
  release: name,
  at: "2026-01-01T00:00:00.000Z",
  by: "me",
  kind: "promotion",
  ...more,
});

describe("the ledger's history of stages", () => {
  let server: TestRegistry;
  let registry: Registry;
  let ledger: Ledger;

  beforeEach(async () => {
    server = await TestRegistry.start();
    registry = new Registry(server.address, undefined, { retries: [1] });
    ledger = new Ledger(registry, "shop");
  });
  afterEach(() => server.stop());

  it("keeps every run in order, each stage its own", async () => {
    const runs = [
      run("v1"),
      run("v2", { promotion: { from: "v1", to: "v2", changed: ["web"], unchanged: ["db"] }, backup: "b-1" }),
      run("v1", { kind: "rollback", pinned: true }),
    ];
    for (const one of runs) await ledger.appendRun("production", one);
    await ledger.appendRun("staging", run("v3", { kind: "staging" }));
    assert.deepEqual(await ledger.history("production"), runs);
    assert.deepEqual(await ledger.stages(), ["production", "staging"]);
    assert.deepEqual(await ledger.history("none"), []);
  });

  it("adds nothing where only the time and the person differ", async () => {
    await ledger.appendRun("production", run("v1", { pinned: true }));
    await ledger.appendRun("production", { pinned: true, ...run("v1"), at: "2026-02-01T00:00:00.000Z", by: "you" });
    assert.equal((await ledger.history("production")).length, 1);
    await ledger.appendRun("production", run("v1"));
    assert.equal((await ledger.history("production")).length, 2);
  });

  it("keeps them apart when many are added at once", async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => ledger.appendRun("production", run(`v${n}`))));
    assert.deepEqual(
      (await ledger.history("production")).map(({ release }) => release),
      Array.from({ length: 8 }, (_, n) => `v${n}`),
    );
  });

  it("has the old history or the new one, wherever adding breaks off", async () => {
    await ledger.appendRun("production", run("v1"));
    for (const method of ["POST", "PATCH", "PUT"]) {
      server.faults.push({ method, path: /ledger/, times: 9, how: "reset" });
      await assert.rejects(ledger.appendRun("production", run("v2")));
      server.faults.length = 0;
      assert.equal((await ledger.history("production")).length, 1);
    }
    server.faults.push({ method: "DELETE", path: /ledger/, times: 9, how: "reset" });
    await ledger.appendRun("production", run("v2"));
    assert.equal((await ledger.history("production")).length, 2);
  });

  it("leaves one artifact a stage behind", async () => {
    for (const name of ["v1", "v2", "v3"]) await ledger.appendRun("production", run(name));
    assert.equal(server.repository("shop/ledger").manifests.size, 1);
  });

  it("refuses runs and stages that cannot be kept", async () => {
    await assert.rejects(ledger.appendRun("a stage", run("v1")), /"a stage" cannot name a stage/);
    await assert.rejects(
      ledger.appendRun("production", run("v1", { at: "today" })),
      /run of v1 is not added to stage production/,
    );
  });

  it("keeps fields that a later version wrote", async () => {
    const later = { ...run("v1"), weather: "fair" };
    await ledger.appendRun("production", later);
    await ledger.appendRun("production", run("v2"));
    assert.deepEqual((await ledger.history("production"))[0], later);
  });

  it("never writes over a history that it cannot read", async () => {
    await pushImage(registry, "shop/ledger", { platform: "linux/amd64", layers: ["x"] }, "stage.production");
    await assert.rejects(
      ledger.appendRun("production", run("v1")),
      /The history of stage production cannot be read from .*:stage.production/,
    );
    await assert.rejects(ledger.history("production"), /cannot be read/);
    assert.deepEqual(await ledger.list(), []);
  });
});

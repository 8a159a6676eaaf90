import assert from "node:assert/strict";
import { backupId, findBackup, type Manifest } from "../../backup/manifest";
import { planBackup, shownBackup, type BackupPlan } from "../../backup/plan";
import type { StageRun } from "../../release/record";
import { shopFor } from "../components/shop";

const at = new Date("2026-11-21T14:30:22.123Z");
const older = "v1111111-20261120-090000";
const newer = "v2222222-20261121-090000";
const ran = (release: string, backup?: string): StageRun => ({
  release,
  at: "2026-11-20T10:00:00.000Z",
  by: "ada",
  kind: "promotion",
  ...(backup ? { backup } : {}),
});

function planned(to: string, history: StageRun[]): BackupPlan {
  const stage = { project: "shop", stage: "production" };
  const plan = planBackup(stage, shopFor("production").config, to, history, { keep: 10, days: 30, recipients: [] }, at);
  assert.ok(plan);
  return plan;
}

describe("the backup before a change of release", () => {
  it("is due where the release differs from the one that runs, in either direction", () => {
    for (const [from, to] of [
      [older, newer],
      [newer, older],
    ] as const) {
      const plan = planned(to, [ran(from, "b20261120-090000")]);
      assert.deepEqual([plan.due, plan.id, plan.from, plan.to], [true, "b20261121-143022", from, to]);
      assert.equal(plan.last?.backup, "b20261120-090000");
    }
  });

  it("is not due for the first release", () => {
    const plan = planned(newer, []);
    assert.deepEqual([plan.due, plan.id, plan.last], [false, null, null]);
    assert.equal(shownBackup(plan), "none: nothing runs yet");
  });

  it("is not due where the release stays, and names the last one", () => {
    const plan = planned(newer, [ran(older), ran(newer, "b20261120-090000")]);
    assert.deepEqual([plan.due, plan.id], [false, "b20261120-090000"]);
    assert.equal(shownBackup(plan), "none: the release does not change");
  });

  it("is of the services with data, and shows them in the preview", () => {
    const plan = planned(newer, [ran(older)]);
    assert.deepEqual(plan.services, {
      db: { kind: "postgres" },
      uploads: { kind: "redis" },
      reports: { kind: "redis" },
    });
    assert.equal(shownBackup(plan), `db (postgres), uploads (redis), reports (redis) before ${newer}`);
  });

  it("is none at all for an application without data", () => {
    const stage = { project: "shop", stage: "production" };
    assert.equal(
      planBackup(stage, { services: {} }, newer, [ran(older)], { keep: 1, days: 1, recipients: [] }, at),
      undefined,
    );
  });
});

describe("a backup's name", () => {
  const named = (id: string) => ({ id }) as Manifest;

  it("is the time at which it is taken", () => assert.equal(backupId(at), "b20261121-143022"));

  it("is found, or the nearest is named", () => {
    const backups = [named("b20261121-143022"), named("b20251231-000000")];
    assert.equal(findBackup(backups, "b20251231-000000", "production"), backups[1]);
    assert.throws(
      () => findBackup(backups, "b20261121-143023", "production"),
      /The stage production has no backup b20261121-143023: did you mean b20261121-143022/,
    );
    assert.throws(() => findBackup(backups, "yesterday", "production"), /see slipway backups -s production\./);
    assert.throws(
      () => findBackup([], "b1", "production"),
      /it has none yet; slipway backup -s production takes one\./,
    );
  });
});

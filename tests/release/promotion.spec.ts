import assert from "node:assert/strict";
import { compare } from "../../release/diff";
import { fingerprints, isRollback, promotionTo } from "../../release/promotion";
import type { Release, StageRun } from "../../release/record";
import { digestOf } from "../components/engine";
import { applicationOf } from "../components/project";

const older = "v1a2b3c4-20261120-120000";
const newer = "v5d6e7f8-20261121-120000";

const ran = (release: string, run: Partial<StageRun> = {}): StageRun => ({
  release,
  at: "2026-11-21T12:00:00.000Z",
  by: "Ada",
  kind: "promotion",
  ...run,
});

describe("what two releases differ in", () => {
  it("are services whose text is another, that are new, or that are gone", () => {
    assert.deepEqual(compare({ web: "1", api: "1", old: "1" }, { web: "2", api: "1", new: "1" }), {
      changed: ["new", "old", "web"],
      unchanged: ["api"],
    });
  });
});

describe("what a promotion tells", () => {
  it("is everything changed, from nothing, the first time", () => {
    assert.deepEqual(promotionTo(newer, [], { web: "1" }, undefined), {
      from: null,
      to: newer,
      changed: ["web"],
      unchanged: [],
    });
  });

  it("is the difference to the release that the stage runs", () => {
    const history = [ran("v0-20261119-120000"), ran(older)];
    assert.deepEqual(promotionTo(newer, history, { web: "2", db: "1" }, { web: "1", db: "1" }), {
      from: older,
      to: newer,
      changed: ["web"],
      unchanged: ["db"],
    });
  });

  it("is what it told before, where nothing is new", () => {
    const promotion = { from: older, to: newer, changed: ["web"], unchanged: ["db"] };
    const history = [ran(older), ran(newer, { promotion })];
    assert.deepEqual(promotionTo(newer, history, { web: "2", db: "1" }, undefined), promotion);
  });

  it("is new for a new release, whatever was told before", () => {
    const promotion = { from: null, to: older, changed: ["web"], unchanged: [] };
    const told = promotionTo(newer, [ran(older, { promotion })], { web: "1" }, { web: "1" });
    assert.deepEqual(told, { from: older, to: newer, changed: [], unchanged: ["web"] });
  });

  it("is everything changed where the ledger no longer holds the release before", () => {
    assert.deepEqual(promotionTo(newer, [ran(older)], { web: "1" }, undefined), {
      from: older,
      to: newer,
      changed: ["web"],
      unchanged: [],
    });
  });

  it("goes the other way for a rollback", () => {
    const history = [ran(older), ran(newer)];
    const told = promotionTo(older, history, { web: "1" }, { web: "2" });
    assert.deepEqual([told.from, told.to, told.changed], [newer, older, ["web"]]);
  });
});

describe("a rollback", () => {
  it("is to a release older than the one that the stage runs", () => {
    assert.equal(isRollback(older, [ran(newer)]), true);
    assert.equal(isRollback(older, [ran(older), ran(newer)]), true);
  });

  it("is none to a newer one, to the same one, or the first", () => {
    assert.equal(isRollback(newer, [ran(older)]), false);
    assert.equal(isRollback(newer, [ran(older), ran(newer), ran(older)]), false);
    assert.equal(isRollback(older, [ran(older)]), false);
    assert.equal(isRollback(older, []), false);
  });

  it("goes by the time in the name, not by the commit", () => {
    assert.equal(isRollback("vfff-20260101-000000", [ran("v000-20260102-000000-dirty")]), true);
  });
});

describe("what makes a service what it is", () => {
  const compose = {
    web: "{ image: web, environment: { A: '1' }, networks: [front], depends_on: [db], configs: [conf] }",
    db: "{ image: db, volumes: ['data:/data'] }",
    rest: "networks: { front: { internal: false } }\nvolumes: { data: { labels: { a: b } } }\nconfigs: { conf: { file: app.conf } }",
  };
  const digests = { web: "1", db: "1" };

  const of = (changes: Partial<typeof compose> = {}, images: Partial<typeof digests> = {}, conf = "a") => {
    const { web, db, rest } = { ...compose, ...changes };
    const application = applicationOf({
      "compose.yaml": `services:\n  web: ${web}\n  db: ${db}\n${rest}`,
      "app.conf": conf,
    });
    const image = (seed: string) => ({ repository: "r", digest: digestOf(seed), platform: "linux/amd64" });
    const { web: first, db: second } = { ...digests, ...images };
    const release = { images: { web: image(first), db: image(second) } } as unknown as Release;
    return fingerprints(release, application);
  };

  const changed = (...args: Parameters<typeof of>) => compare(of(), of(...args)).changed;

  it("is the same for the same release", () => assert.deepEqual(changed(), []));
  it("is its digest", () => assert.deepEqual(changed({}, { web: "2" }), ["web"]));
  it("is not the name of its image", () =>
    assert.deepEqual(changed({ db: compose.db.replace("image: db", "image: other") }), []));
  it("is its own section", () => assert.deepEqual(changed({ web: compose.web.replace("'1'", "'2'") }), ["web"]));
  it("is not what it waits for", () =>
    assert.deepEqual(changed({ web: compose.web.replace("depends_on: [db], ", "") }), []));
  it("is the definition of its networks", () =>
    assert.deepEqual(changed({ rest: compose.rest.replace("false", "true") }), ["web"]));
  it("is the definition of its volumes", () =>
    assert.deepEqual(changed({ rest: compose.rest.replace("a: b", "a: c") }), ["db"]));
  it("is the content of its files", () => assert.deepEqual(changed({}, {}, "b"), ["web"]));
});

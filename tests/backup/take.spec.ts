import assert from "node:assert/strict";
import type { Manifest, Saved } from "../../backup/manifest";
import type { StageContainer } from "../../backup/containers";
import { othersThan, servicesTaking } from "../../backup/restore";
import { megabytes, redisPassword } from "../../backup/save";
import { holderInstead, interruptedBefore, startable } from "../../backup/take";

const saved = (at: string): Saved => ({
  kind: "postgres",
  file: "db.sql.gz",
  image: "postgres:16",
  volumes: [],
  bytes: 1,
  sha256: "a".repeat(64),
  at,
});

const backup = (at: string, more: Partial<Manifest> = {}): Manifest => ({
  version: 1,
  id: `b-${at}`,
  project: "shop",
  stage: "production",
  at,
  from: "v1",
  to: "v2",
  services: { db: saved(at) },
  known: {},
  ...more,
});

const [noon, one, two, three] = ["12", "13", "14", "15"].map((hour) => `2026-11-21T${hour}:00:00.000Z`) as [
  string,
  string,
  string,
  string,
];
const since = { from: "v1", settledAt: noon };

describe("a service that is not well is taken over from the backup of an interrupted change", () => {
  const has = (found: ReturnType<typeof interruptedBefore>): string | undefined => found?.backup.id;

  it("where nothing is left of its container", () => {
    assert.equal(has(interruptedBefore("db", since, [], [backup(one)])), `b-${one}`);
  });

  it("where that change made its container", () => {
    assert.equal(has(interruptedBefore("db", since, [{ created: two }], [backup(one)])), `b-${one}`);
  });

  it("from the newest of them", () => {
    assert.equal(has(interruptedBefore("db", since, [{ created: three }], [backup(one), backup(two)])), `b-${two}`);
  });

  for (const [what, own, backups] of [
    ["its container was there before", [{ created: noon }], [backup(one)]],
    ["an update came to its end since", [], [backup("2026-11-21T11:00:00.000Z")]],
    ["it was of another release", [], [backup(one, { from: "v0" })]],
    ["nobody was to be promoted", [], [backup(one, { to: null })]],
    ["it does not hold the service", [], [backup(one, { services: {} })]],
    ["there is none", [], []],
  ] as const) {
    it(`but not where ${what}`, () => {
      assert.equal(interruptedBefore("db", since, own, backups), undefined);
    });
  }

  it("but not in a stage that never came to the end of an update", () => {
    assert.equal(interruptedBefore("db", { from: "v1" }, [], [backup(one)]), undefined);
  });
});

describe("a service that has stopped", () => {
  const has = (service: string, Status: string, ...holds: string[]) => ({
    service,
    holds,
    state: { Status, Running: ["running", "restarting", "paused"].includes(Status) } as StageContainer["state"],
  });

  it("is started again to be saved, the container that was well once before one that may never have been", () => {
    const [old, young] = [has("db", "exited"), has("db", "exited")];
    assert.deepEqual(startable([old]), [old]);
    assert.deepEqual(startable([old, young]), [old, young]);
    assert.equal(startable([old, young])[0], old);
  });

  it("is not, beside another container that may write to the same volume", () => {
    for (const status of ["running", "paused", "restarting"]) {
      assert.deepEqual(startable([has("db", "exited"), has("db", status)]), []);
    }
  });

  it("is not, where its container never ran", () => {
    for (const status of ["created", "dead"]) assert.deepEqual(startable([has("db", status)]), []);
  });

  it("is not, where another service has its volume by now", () => {
    const own = has("db", "exited", "shop_data");
    const heir = has("database", "running", "shop_data");
    assert.equal(holderInstead([own], [own, heir]), heir);
    assert.equal(holderInstead([own], [own, has("database", "exited", "shop_data")]), undefined);
    assert.equal(holderInstead([own], [own, has("cache", "running", "shop_cache")]), undefined);
    const running = has("db", "running", "shop_data");
    assert.equal(holderInstead([running], [running, heir]), undefined, "both are in use: nobody took it over");
  });
});

describe("while some services are restored", () => {
  const of = (service: string, running: boolean, ...volumes: string[]) =>
    ({ service, volumes, holds: volumes.map((path) => `v${path}`), state: { Running: running } }) as StageContainer;

  it("all others that run are stopped, and those with data start first again", () => {
    const all = [of("web", true), of("db", true, "/data"), of("cache", true, "/data"), of("old", false)];
    assert.deepEqual(
      othersThan(["db"], all).map(({ service }) => service),
      ["cache", "web"],
    );
  });
});

describe("what a backup is restored into", () => {
  const of = (service: string, holds: string[], running = true) =>
    ({ service, holds, state: { Running: running } }) as StageContainer;
  const services = { db: { holds: ["shop_data"] } } as unknown as Manifest["services"];
  const taking = (...all: StageContainer[]) => servicesTaking(["db"], { services }, all);

  it("is the service of the same name", () => {
    assert.deepEqual(taking(of("database", []), of("db", [])), ["db"]);
  });

  it("is the service that has its volume by now, where it was renamed", () => {
    assert.deepEqual(taking(of("web", []), of("database", ["shop_data"])), ["database"]);
    assert.deepEqual(taking(of("db", ["shop_data"], false), of("database", ["shop_data"])), ["database"]);
  });

  it("is none where neither is there", () => {
    assert.throws(() => taking(of("web", ["other"])), /The service db has no container to restore into/);
  });
});

describe("what Redis was started with", () => {
  it("tells its password where it is there", () => {
    assert.equal(redisPassword(["redis-server", "--requirepass", "p", "--save", ""]), "p");
    assert.equal(redisPassword(["redis-server"]), undefined);
  });
});

describe("a size for people", () => {
  it("is in kilobytes or megabytes", () => {
    assert.deepEqual([megabytes(1), megabytes(226_000), megabytes(104_857_600)], ["1 kB", "226 kB", "104.9 MB"]);
  });
});

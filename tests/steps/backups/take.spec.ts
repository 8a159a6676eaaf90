import assert from "node:assert/strict";
import type { Manifest, Saved } from "../../../components/backup/manifest";
import type { StageContainer } from "../../../steps/backups/containers";
import { othersThan } from "../../../steps/backups/restore";
import { megabytes, redisPassword } from "../../../steps/backups/save";
import { interruptedBefore, stoppedAlone } from "../../../steps/backups/take";

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
  const has = (Status: string): Pick<StageContainer, "state"> => ({ state: { Status } as StageContainer["state"] });

  it("is started again to be saved", () => {
    const own = has("exited");
    assert.equal(stoppedAlone([own]), own);
  });

  it("is not, beside another container that may write to the same volume", () => {
    assert.equal(stoppedAlone([has("exited"), has("running")]), undefined);
  });

  it("is not, where its container never ran or is held", () => {
    for (const status of ["created", "paused", "dead", "restarting"])
      assert.equal(stoppedAlone([has(status)]), undefined);
  });
});

describe("while some services are restored", () => {
  const of = (service: string, running: boolean, ...volumes: string[]) =>
    ({ service, volumes, state: { Running: running } }) as StageContainer;

  it("all others that run are stopped, and those with data start first again", () => {
    const all = [of("web", true), of("db", true, "/data"), of("cache", true, "/data"), of("old", false)];
    assert.deepEqual(
      othersThan(["db"], all).map(({ service }) => service),
      ["cache", "web"],
    );
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

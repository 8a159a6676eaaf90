import assert from "node:assert/strict";
import type { Claim } from "../../../docker/holders/claims";
import { beside, handBack, type Seen, type Stopped } from "../../../docker/holders/handBack";
import type { Holder } from "../../../docker/holders/holder";

const data: Claim = { kind: "volume", name: "data" };
const holder = (id: string, part: string, ...claims: Claim[]): Holder => ({
  id,
  name: id,
  part,
  image: "redis",
  claims,
  isRunning: true,
});
const ended = (one: Holder): Seen => ({ ...one, isRunning: false, isWell: false });
const well = (one: Holder): Seen => ({ ...one, isWell: true });
const ill = (one: Holder): Seen => ({ ...one, isWell: false });
const stopped = (part: string, gone: Holder[], before = gone): Stopped => ({ part, stopped: gone, before });
const done = (handovers: Stopped[], ...seen: Seen[]) => {
  const { stop, start } = handBack(handovers, seen);
  return { stop: stop.map(({ id }) => id), start: start.map(({ id }) => id) };
};

const db = holder("db-1", "service db", data);
const database = holder("database-1", "service database", data);

describe("what runs again after an update has ended", () => {
  it("is what was stopped for a container that was never made", () => {
    assert.deepEqual(done([stopped("service database", [db])], ended(db)), { stop: [], start: ["db-1"] });
  });

  it("is what was stopped for a container that never became well, which is stopped", () => {
    assert.deepEqual(done([stopped("service database", [db])], ended(db), ill(database)), {
      stop: ["database-1"],
      start: ["db-1"],
    });
  });

  it("is nothing where the new one is well", () => {
    assert.deepEqual(done([stopped("service database", [db])], ended(db), well(database)), { stop: [], start: [] });
  });

  it("is nothing that is gone, or runs already", () => {
    assert.deepEqual(done([stopped("service database", [db])]), { stop: [], start: [] });
    assert.deepEqual(done([stopped("service database", [db])], well(db)), { stop: [], start: [] });
  });

  it("is one of two containers of a service, and the older one", () => {
    const orphan = holder("db-2", "service db", data);
    assert.deepEqual(done([stopped("service db", [db, orphan])], ended(db), ended(orphan)), {
      stop: [],
      start: ["db-1"],
    });
  });

  it("is not what has a successor that is well: of two that swapped, one half is done", () => {
    const more: Claim = { kind: "volume", name: "more" };
    const [a, b] = [holder("a-1", "service a", data), holder("b-1", "service b", more)];
    const next = holder("a-2", "service a", more);
    assert.deepEqual(done([stopped("service a", [a, b]), stopped("service b", [])], ended(a), ended(b), well(next)), {
      stop: [],
      start: [],
    });
  });

  it("is not what somebody else holds by now", () => {
    const other = holder("other-1", "service other", data);
    assert.deepEqual(done([stopped("service database", [db], [db])], ended(db), well(other)), { stop: [], start: [] });
  });

  it("is also what shares its volume with others that went on", () => {
    const [web, worker] = [holder("web-1", "service web", data), holder("worker-1", "service worker", data)];
    const before = [web, worker];
    assert.deepEqual(done([stopped("service crew", [worker], before)], well(web), ended(worker)).start, ["worker-1"]);
    const next = holder("web-2", "service web", data);
    assert.deepEqual(done([stopped("service crew", [worker], before)], ended(web), ended(worker), well(next)).start, [
      "worker-1",
    ]);
  });

  describe("where it was stopped for a check", () => {
    const check = holder("check-1", "check audit", data);

    it("is what was stopped for one that has ended, or that runs on without an update", () => {
      assert.deepEqual(done([stopped("check audit", [db])], ended(db)), { stop: [], start: ["db-1"] });
      assert.deepEqual(done([stopped("check audit", [db])], ended(db), well(check)), {
        stop: ["check-1"],
        start: ["db-1"],
      });
    });

    it("runs beside its successor again, as it did before the check", () => {
      const [old, next] = [holder("web-1", "service web", data), holder("web-2", "service web")];
      assert.deepEqual(done([stopped("check audit", [old], [old, next])], ended(old), well(next)), {
        stop: [],
        start: ["web-1"],
      });
    });
  });

  it("is each of several, the last one stopped first", () => {
    const cache = holder("cache-1", "service cache");
    const handovers = [stopped("service database", [db]), stopped("service cache", [cache])];
    assert.deepEqual(done(handovers, ended(db), ended(cache)).start, ["cache-1", "db-1"]);
  });
});

describe("what is stopped before a container of the release starts again", () => {
  const orphan = holder("db-2", "service db", data);
  it("is what an update that was killed left in its place, or with what it holds", () => {
    assert.deepEqual(beside(["db-1"], ["db-1"], [{ ...db, isRunning: false }, orphan, database]), [orphan, database]);
  });

  it("is nothing that belongs to the release, holds something else, or does not run", () => {
    const web = holder("web-1", "service web");
    assert.deepEqual(beside(["db-1"], ["db-1", "database-1"], [db, database, web]), []);
    assert.deepEqual(beside(["db-1"], ["db-1"], [db, { ...orphan, isRunning: false }]), []);
  });
});

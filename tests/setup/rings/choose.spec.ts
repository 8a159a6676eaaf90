import assert from "node:assert/strict";
import { chosen, leftOut, limitOf, neverRun, next, paceOf, wholeTime } from "../../../setup/rings/choose";
import { nameOf, type Group } from "../../../setup/rings/groups";

const group = (name: string, minutes: number, more: Partial<Group> = {}): Group => ({
  specs: [name],
  minutes,
  covers: [],
  ...more,
});

const groups = [
  group("short", 1, { core: true }),
  group("long", 9, { core: true }),
  group("edge", 3, { covers: ["components/edge", "index.ts"] }),
  group("cli", 12, { covers: ["cli"] }),
  group("tunnel", 5, { covers: ["components/tunnel"] }),
];

const names = (chosen: Group[]) => chosen.map(nameOf);

describe("the groups of end-to-end tests that a run chooses", () => {
  it("are the core, the longest first", () => {
    assert.deepEqual(names(chosen(groups, "core", { changed: ["cli/main.ts"], commits: 1 })), ["long", "short"]);
  });

  it("are all, the longest first", () => {
    const all = names(chosen(groups, "all", { changed: [], commits: 1 }));
    assert.deepEqual(all, ["cli", "long", "tunnel", "edge", "short"]);
  });

  const within = (changed: string[], commits: number) => names(chosen(groups, "within", { changed, commits }));

  it("are those that cover what changed, behind the core", () => {
    assert.deepEqual(within(["components/tunnel/plan.ts"], 0), ["long", "short", "tunnel", "edge", "cli"]);
    assert.deepEqual(within(["index.ts"], 0), ["long", "short", "edge", "cli", "tunnel"]);
    assert.deepEqual(within(["tests/e2e/cli.spec.ts"], 0), ["long", "short", "cli", "edge", "tunnel"]);
  });

  it("are not those that cover a file whose name only begins alike", () => {
    assert.deepEqual(within(["components/tunnels/plan.ts"], 0), within([], 0));
  });

  it("take turns with each commit, and each is first once", () => {
    const first = [0, 1, 2, 3].map((commits) => within([], commits)[2]);
    assert.deepEqual(first, ["edge", "cli", "tunnel", "edge"]);
  });

  it("are none where there are none", () => {
    assert.deepEqual(chosen([], "within", { changed: [], commits: 7 }), []);
  });
});

describe("the group that begins next", () => {
  const waiting = [group("ten", 10), group("five", 5)];
  const name = (from: Group[], now: number, within?: number, pace = 1) => next(from, { now, within, pace })?.specs[0];

  it("is the first that will be over in time", () => {
    assert.equal(name(waiting, 50, 60), "ten");
    assert.equal(name(waiting, 51, 60), "five");
    assert.equal(name(waiting, 56, 60), undefined);
  });

  it("is judged by how fast this machine was with those before", () => {
    assert.equal(name(waiting, 45, 60, 2), "five");
    assert.equal(name(waiting, 51, 60, 2), undefined);
  });

  it("is any where no time is set, and a core's however late it is", () => {
    assert.equal(name(waiting, 500), "ten");
    assert.equal(name([group("core", 9, { core: true })], 500, 60), "core");
  });
});

describe("the pace of a machine", () => {
  it("is how many times longer the groups took than is said of them, and is never below 1", () => {
    assert.equal(paceOf([]), 1);
    assert.equal(paceOf([{ group: group("a", 4), took: 8 }]), 2);
    assert.equal(paceOf([{ group: group("a", 4), took: 1 }]), 1);
  });

  it("leaves a group more time than it takes on a slow day", () => {
    assert.ok(limitOf(group("a", 10)) >= 30);
  });
});

describe("what a run will have time for", () => {
  const budget = { within: 20, from: 5, lanes: 2 };

  it("is told by the minutes of each group, two at a time", () => {
    // One lane has 9, the other 1, 3 and 12: those are over in the minute 21, and 5 then in the minute 19.
    const all = chosen(groups, "within", { changed: [], commits: 0 });
    assert.deepEqual(names(leftOut(all, { ...budget, within: 21 })), []);
    assert.deepEqual(names(leftOut(all, budget)), ["cli"]);
  });

  it("takes as long as its lanes have to do", () => {
    assert.equal(wholeTime([], budget), 5);
    assert.equal(wholeTime([group("a", 9), group("b", 4), group("c", 4)], budget), 14);
  });

  it("leaves a group out for good where it never has time for it", () => {
    const histories = [0, 1, 2, 3].map((commits) => ({ changed: [], commits }));
    assert.deepEqual(names(neverRun(groups, histories, { ...budget, within: 16 })), ["cli"]);
    assert.deepEqual(names(neverRun(groups, histories, { ...budget, within: 60 })), []);
    assert.deepEqual(neverRun(groups, [], budget), []);
  });
});

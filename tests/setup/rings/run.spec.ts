import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Group } from "../../../setup/rings/groups";
import { runGroups, type Runs } from "../../../setup/rings/run";
import { Folder } from "../../release/folder";

describe("a run of groups", () => {
  let counts: string;
  let said: string[];

  beforeEach(() => {
    counts = new Folder().path;
    said = [];
  });

  const group = (name: string, more: Partial<Group> = {}): Group => ({
    specs: [name],
    minutes: 1,
    covers: ["."],
    ...more,
  });

  const run = (groups: Group[], script: (group: Group) => string, more: Partial<Runs> = {}) =>
    runGroups(groups, {
      counts,
      began: Date.now(),
      lanes: 2,
      limit: () => 1,
      reason: "",
      command: (group) => ["sh", "-c", script(group)],
      say: (text) => said.push(text),
      ...more,
    });

  const lines = () => readFileSync(join(counts, "runs"), "utf8").split("\n").filter(Boolean);

  it("runs each once, shows what it printed, and notes how it ended", async () => {
    const { left } = await run(
      [group("good"), group("bad")],
      ({ specs }) => `echo from ${specs[0]}; [ ${specs[0]} = good ]`,
    );
    assert.deepEqual(left, []);
    assert.deepEqual(lines().sort(), [
      "0\te2e-good.json\tend-to-end tests, good\t",
      "1\te2e-bad.json\tend-to-end tests, bad\t",
    ]);
    assert.match(said.join("\n"), /── end-to-end tests, good\nfrom good\n\n✓ end-to-end tests, good/);
    assert.match(said.join("\n"), /✗ failed: end-to-end tests, bad/);
  });

  it("leaves out what would not be over in time, and names it", async () => {
    const { left } = await run([group("soon"), group("long", { minutes: 90 })], () => "true", { within: 60 });
    assert.deepEqual(
      left.map(({ specs }) => specs[0]),
      ["long"],
    );
    assert.match(
      lines().join("\n"),
      /^0\te2e-long\.json\t.*\tnot begun, as it would not have been over within 60 minutes$/m,
    );
    assert.deepEqual(
      (JSON.parse(readFileSync(join(counts, "e2e-long.json"), "utf8")) as { skipped: string[] }).skipped,
      ["all of long"],
    );
  });

  it("ends one that does not end, with what it started, and counts it as failed", async () => {
    const limit = ({ specs }: Group) => (specs[0] === "endless" ? 0.01 : 1);
    await run([group("endless"), group("other")], ({ specs }) => (specs[0] === "other" ? "true" : "sleep 300 & wait"), {
      limit,
    });
    assert.match(lines().join("\n"), /^1\te2e-endless\.json/m);
    assert.match(said.join("\n"), /ended, as it was not over after/);
  });

  it("has a group do less where time is short, unless somebody says how much", async () => {
    const group: Group = { specs: ["kills"], minutes: 1, short: { SLIPWAY_TEST_KILLS: "8" }, covers: ["."] };
    await run([group], () => "echo kills: $SLIPWAY_TEST_KILLS", { short: true });
    await run([group], () => "echo kills: $SLIPWAY_TEST_KILLS");
    process.env["SLIPWAY_TEST_KILLS"] = "3";
    await run([group], () => "echo kills: $SLIPWAY_TEST_KILLS", { short: true });
    delete process.env["SLIPWAY_TEST_KILLS"];
    assert.deepEqual(said.join("\n").match(/^kills:.*$/gm), ["kills: 8", "kills:", "kills: 3"]);
  });

  it("fails a group whose program is missing", async () => {
    await run([group("lost")], () => "", { command: () => ["/nowhere/mocha"] });
    assert.match(lines().join("\n"), /^1\te2e-lost\.json/m);
    assert.match(said.join("\n"), /✗ .*ENOENT/);
  });
});

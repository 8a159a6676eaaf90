import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Following } from "../../jobs/follow";

describe("following a file", () => {
  let folder: string;
  let path: string;
  let told: string[];
  const say = (lines: string[]): void => void told.push(...lines);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-follow-"));
    path = join(folder, "job.log");
    told = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("tells its lines as they come", async () => {
    const following = new Following(path, say);
    await pause(300);
    writeFileSync(path, "one\ntw");
    await pause(600);
    assert.deepEqual(told, ["one"]);
    appendFileSync(path, "o\nthree");
    following.end();
    assert.deepEqual(told, ["one", "two", "three"]);
  });

  it("does not tell what was there before, until it is written anew", () => {
    writeFileSync(path, "of yesterday\n");
    const yesterday = new Date(Date.now() - 86_400_000);
    utimesSync(path, yesterday, yesterday);
    const one = new Following(path, say);
    one.end();
    assert.deepEqual(told, []);
    const other = new Following(path, say);
    writeFileSync(path, "of now\n");
    other.end();
    assert.deepEqual(told, ["of now"]);
  });

  it("leaves out what comes faster than it can be shown, and says so", () => {
    const following = new Following(path, say);
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    following.end();
    assert.match(told[0] ?? "", new RegExp(`^… \\d+ bytes are left out here; all of it is in ${path}$`));
    assert.equal(told.at(-1), "line 19999");
    assert.ok(told.join("\n").length < 20 << 10);
  });

  it("tells nothing of a file that never comes", () => {
    new Following(path, say).end();
    assert.deepEqual(told, []);
  });
});

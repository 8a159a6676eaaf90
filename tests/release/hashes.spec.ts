import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Hashes } from "../../release/hashes";
import { Folder } from "./folder";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const large = (letter: string): string => letter.repeat(100_000);

describe("the digests of files", () => {
  let folder: Folder;

  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const remembered = (): string[] => Object.keys(JSON.parse(readFileSync(folder.at("hashes.json"), "utf8")) as object);

  it("are those of their content, also where there is none", () => {
    folder.write({ a: large("a"), empty: "" });
    const hashes = new Hashes();
    assert.equal(hashes.of(folder.at("a")), digest(large("a")));
    assert.equal(hashes.of(folder.at("empty")), digest(""));
    hashes.remember();
  });

  it("are not remembered while the file might change within the same moment", () => {
    folder.write({ a: large("a") });
    const hashes = new Hashes(folder.at("hashes.json"));
    hashes.of(folder.at("a"));
    hashes.remember();
    assert.throws(remembered, /ENOENT/);
  });

  it("are remembered later, and follow every change, also one that keeps size and time", async () => {
    folder.write({ a: large("a"), b: large("b"), small: "s" });
    const past = new Date("2026-01-01T00:00:00Z");
    utimesSync(folder.at("a"), past, past);
    await pause(2100);
    const first = new Hashes(folder.at("hashes.json"));
    for (const name of ["a", "b", "small"]) first.of(folder.at(name));
    first.remember();
    assert.deepEqual(remembered(), [folder.at("a"), folder.at("b")]);

    const second = new Hashes(folder.at("hashes.json"));
    assert.equal(second.of(folder.at("a")), digest(large("a")));
    writeFileSync(folder.at("a"), large("x"));
    utimesSync(folder.at("a"), past, past);
    assert.equal(new Hashes(folder.at("hashes.json")).of(folder.at("a")), digest(large("x")));
    renameSync(folder.at("b"), folder.at("a"));
    assert.equal(new Hashes(folder.at("hashes.json")).of(folder.at("a")), digest(large("b")));
  });

  it("are taken from what is remembered, not read again", async () => {
    folder.write({ a: large("a") });
    await pause(2100);
    const first = new Hashes(folder.at("hashes.json"));
    first.of(folder.at("a"));
    first.remember();
    const text = readFileSync(folder.at("hashes.json"), "utf8");
    writeFileSync(folder.at("hashes.json"), text.replace(digest(large("a")), "f00d"));
    assert.equal(new Hashes(folder.at("hashes.json")).of(folder.at("a")), "f00d");
  });

  it("are read again where what was remembered makes no sense", () => {
    folder.write({ a: "a", "hashes.json": '{"a": 1}' });
    assert.equal(new Hashes(folder.at("hashes.json")).of(folder.at("a")), digest("a"));
  });

  it("are remembered where no commit and no build context finds them", async () => {
    folder.write({ a: large("a") }).commit();
    await pause(2100);
    const hashes = Hashes.in(folder.path);
    hashes.of(folder.at("a"));
    hashes.remember();
    assert.match(readFileSync(folder.at(".git/slipway/hashes.json"), "utf8"), new RegExp(digest(large("a"))));
    assert.equal(folder.git("status", "--porcelain"), "");
    using outside = new Folder();
    outside.write({ a: "a" });
    assert.equal(Hashes.in(outside.path).of(outside.at("a")), digest("a"));
  });

  it("tell which file cannot be read", () => {
    assert.throws(() => new Hashes().of(folder.at("gone")), /gone is mounted, and it cannot be read \(ENOENT\)/);
  });
});

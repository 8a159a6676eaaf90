import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { bundleId, calledBy, checkOwn, isBundled, partsOf, planBundles, tagOf } from "../../release/bundles";
import { Hashes } from "../../release/hashes";
import { survey } from "../../release/survey";
import { Folder } from "./folder";

describe("a bundle", () => {
  let folder: Folder;

  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const isOne = (source: string): boolean => {
    const found = survey(folder.path, source);
    assert.ok(found, source);
    return isBundled(found);
  };
  const key = (source: string, mode?: string): string =>
    planBundles(folder.path, [bundleId(source, mode)], new Hashes()).bundles[0]?.key ?? "none";
  const plan = (...ids: string[]) => planBundles(folder.path, ids, new Hashes());

  it("is what is too much for the state, or what uploads cannot bring", () => {
    const many = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`few${count}/${at}`, ""]));
    folder.write({ small: "s".repeat(256_000), large: "l".repeat(256_001), ...many(100), ...many(101) });
    folder.write({ "half/a": "a".repeat(200_000), "half/b": "b".repeat(56_001), "own/e": "", "links/a": "" });
    assert.deepEqual(["small", "large", "few100", "few101", "half", "links"].map(isOne), [
      false,
      true,
      false,
      true,
      true,
      false,
    ]);
    symlinkSync("nowhere", folder.at("links/b"));
    assert.equal(isOne("links"), true);
    mkdirSync(folder.at("own/empty"));
    assert.equal(isOne("own"), true);
  });

  it("is none of what git ignores: that is the stage's own, and may be a little", () => {
    folder.write({ ".gitignore": "model\ndata/own\n", "data/a": "a", "data/own": "o".repeat(300_000) });
    writeFileSync(folder.at("model"), "m".repeat(300_000));
    folder.commit();
    assert.equal(isOne("model"), false);
    assert.equal(isOne("data"), false);
    checkOwn(folder.path, "model");
    checkOwn(folder.path, "missing");
    truncateSync(folder.at("model"), 70_000_000);
    truncateSync(folder.at("data/own"), 5_000_000);
    assert.throws(
      () => checkOwn(folder.path, "model"),
      /^Error: model is mounted, and what git ignores there is the stage's own .* takes 4 MB of it at most: model has 70 MB\. Commit it, .* or in an image\.$/,
    );
    assert.throws(() => checkOwn(folder.path, "data"), /data\/own has 5 MB/);
  });

  it("has a name that tells path and mode, whatever the path is", () => {
    for (const source of ["data", "0440 data", "a b", "."]) {
      assert.deepEqual(partsOf(bundleId(source, "0440")), { source, mode: "0440" });
    }
    assert.deepEqual(partsOf("data/x y"), { source: "data/x y" });
  });

  it("has a key that only what a container sees changes", () => {
    folder.write({ "conf/a": "a", "conf/b": "b" });
    const before = key("conf");
    assert.match(before, /^[0-9a-f]{20}$/);
    utimesSync(folder.at("conf/a"), 1, 1);
    chmodSync(folder.at("conf/a"), 0o600);
    assert.equal(key("conf"), before, "times, and who else may read it");
    using clone = folder.copy();
    assert.equal(planBundles(clone.path, ["conf"], new Hashes()).bundles[0]?.key, before, "the place of the clone");
    const seen = new Set([before]);
    const changes: [string, () => void][] = [
      ["content", () => folder.write({ "conf/a": "c" })],
      ["another file", () => folder.write({ "conf/0": "" })],
      ["content moved over a border", () => folder.write({ "conf/a": "", "conf/b": "cb" })],
      ["executable", () => chmodSync(folder.at("conf/b"), 0o755)],
      ["a link", () => symlinkSync("a", folder.at("conf/l"))],
      ["an empty folder", () => mkdirSync(folder.at("conf/e"))],
    ];
    for (const [what, change] of changes) {
      change();
      assert.ok(!seen.has(key("conf")), what);
      seen.add(key("conf"));
    }
    assert.ok(!seen.has(key("conf", "0440")), "a mode of its own");
    assert.notEqual(key("conf/a"), key("conf/0", "0444"));
  });

  it("is planned with all that is in it, and a word on what is not", () => {
    folder.write({ ".gitignore": "*.log\n", "data/a": "a", "data/b.log": "b", "data/c/d": "d", words: "w" }).commit();
    const { bundles, covered, notices } = plan("0440 words", "data");
    assert.deepEqual(
      bundles.map(({ id, size }) => [id, size]),
      [
        ["0440 words", 1],
        ["data", 2],
      ],
    );
    assert.deepEqual(
      [...covered],
      ["words", "data/a", "data/c", "data/c/d"].map((path) => folder.at(path)),
    );
    assert.deepEqual(notices, ["data is mounted without what git ignores there, which no release holds: data/b.log."]);
  });

  it("is refused together with others that are too large, before any is read", () => {
    for (const [name, size] of [
      ["a", 400e6],
      ["b", 600e6],
    ] as const) {
      writeFileSync(folder.at(name), "");
      truncateSync(folder.at(name), size);
    }
    const started = performance.now();
    truncateSync(folder.at("b"), 600_000_001);
    assert.throws(
      () => plan("a", "b"),
      /^Error: The files that the services mount from the project have 1 GB together, more than the 1 GB that a release takes; the largest is b with 600 MB: data belongs on a named volume, at an absolute path of the machine, or in an image\.$/,
    );
    assert.ok(performance.now() - started < 500);
    assert.throws(() => plan("gone"), /gone is mounted, which is not there any more: create it/);
  });

  it("can hold ten thousand files, and their key is soon there", () => {
    mkdirSync(folder.at("many"));
    for (let number = 0; number < 10_000; number++) writeFileSync(folder.at(`many/${number}`), `${number}`);
    const started = performance.now();
    assert.equal(plan("many").covered.size, 10_000);
    assert.ok(performance.now() - started < 15_000);
  });

  it("keeps its key from one version of Slipway to the next: another would replace containers", () => {
    const entries = [
      { path: "a", kind: "file" as const, size: 1, executable: true },
      { path: "b", kind: "folder" as const, size: 0, executable: false },
      { path: "c", kind: "link" as const, size: 1, executable: true, to: "a" },
    ];
    const found = { isFolder: true, entries, isOwn: false, ignored: [], needsArchive: false };
    const { key, tag } = calledBy(tagOf(found, undefined, () => "00"));
    assert.equal(key, "335627f25063449e81a1");
    assert.match(tag, /^335627f25063449e81a1[0-9a-f]{44}$/);
  });
});

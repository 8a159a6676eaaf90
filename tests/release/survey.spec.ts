import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { relative } from "node:path";
import { formatSize } from "../../application/sizes";
import { followedSizeOf, isLittle, sizeOf, survey } from "../../release/survey";
import { Folder } from "./folder";

describe("what lies at a path that is mounted", () => {
  let folder: Folder;

  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const paths = (source: string): string[] =>
    (survey(folder.path, source)?.entries ?? []).map(({ kind, path }) => `${kind} ${path}`);

  it("is a single file, or a folder with all that is in it, in one order", () => {
    folder.write({ "one.sh": "#!", "conf/b": "bb", "conf/a/z": "z", "conf/a-b": "", "conf/B": "" });
    assert.deepEqual(survey(folder.path, "one.sh")?.entries, [{ path: "", kind: "file", size: 2, executable: true }]);
    assert.deepEqual(paths("conf"), ["file B", "folder a", "file a/z", "file a-b", "file b"]);
    assert.equal(survey(folder.path, "missing"), undefined);
    assert.equal(survey(folder.path, "one.sh/x"), undefined);
  });

  it("counts the holes of a file, and a link's file only where links are followed", () => {
    folder.write({ "conf/a": "aa" });
    writeFileSync(folder.at("conf/holes"), "");
    truncateSync(folder.at("conf/holes"), 5e9);
    symlinkSync("a", folder.at("conf/link"));
    const found = survey(folder.path, "conf");
    assert.ok(found);
    assert.equal(sizeOf(found), 5e9 + 2);
    assert.equal(followedSizeOf(found), 5e9 + 4);
  });

  it("keeps links as they are, also one that leads nowhere, to itself or around", () => {
    folder.write({ "conf/a": "a", "conf/deep/b": "b" });
    assert.equal(survey(folder.path, "conf")?.needsArchive, false);
    symlinkSync("a", folder.at("conf/file"));
    assert.equal(survey(folder.path, "conf")?.needsArchive, false, "uploads follow a link to a file");
    for (const [to, name] of [
      ["nowhere", "broken"],
      ["self", "self"],
      ["..", "deep/up"],
    ] as const) {
      symlinkSync(to, folder.at(`conf/${name}`));
      const found = survey(folder.path, "conf");
      assert.equal(found?.needsArchive, true, name);
      assert.equal(found.entries.find(({ path }) => path === name)?.to, to);
      rmSync(folder.at(`conf/${name}`));
    }
  });

  it("tells of an empty folder, which uploads do not make", () => {
    folder.write({ "conf/a": "a" });
    mkdirSync(folder.at("conf/empty"));
    assert.equal(survey(folder.path, "conf")?.needsArchive, true);
    assert.deepEqual(paths("conf"), ["file a", "folder empty"]);
  });

  it("is little where it is few small files and nothing else", () => {
    const most = { files: 3, bytes: 10 };
    const little = (source: string): boolean => isLittle(folder.path, source, most);
    folder.write({ one: "1234567890", "few/a": "12345", "few/b/c": "12345", "much/a": "12345678901" });
    folder.write({ "many/a": "", "many/b": "", "many/c": "", "many/d": "", "odd/.wh.a": "", "links/a": "1" });
    assert.deepEqual(["one", "few", "missing", "much", "many", "odd", "links"].map(little), [
      true,
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
    symlinkSync("a", folder.at("links/b"));
    assert.equal(little("links"), true);
    symlinkSync("nowhere", folder.at("links/c"));
    assert.equal(little("links"), false);
    mkdirSync(folder.at("few/empty"));
    assert.equal(little("few"), false);
    symlinkSync(".", folder.at("many/loop"));
    assert.equal(little("many"), false);
  });

  describe("in a work tree", () => {
    beforeEach(() => {
      folder
        .write({
          ".gitignore": "*.log\ncache/\nown/\n/secret\n",
          "conf/a": "a",
          "conf/b.log": "b",
          "conf/logs/c.log": "c",
          "conf/cache/d": "d",
          "own/e": "e",
          secret: "s",
          "all/f.log": "f",
        })
        .commit();
    });

    it("is what git does not ignore", () => {
      const found = survey(folder.path, "conf");
      assert.deepEqual(paths("conf"), ["file a"]);
      assert.deepEqual(found?.ignored, ["b.log", "cache", "logs"]);
      assert.equal(found?.isOwn, false);
      assert.equal(found?.needsArchive, false, "a folder of which all is ignored is in no other clone");
    });

    it("counts all of it where that is asked for", () => {
      const names = survey(folder.path, "conf", true)?.entries.map(({ path }) => path);
      assert.deepEqual(names, ["a", "b.log", "cache", "cache/d", "logs", "logs/c.log"]);
    });

    it("is the stage's own where git ignores all of it, or it lies elsewhere", () => {
      for (const source of ["own", "own/e", "secret", "all", "conf/b.log"]) {
        const found = survey(folder.path, source);
        assert.equal(found?.isOwn, true, source);
        assert.ok(found.entries.length > 0, source);
      }
    });

    it("may lie beside the project, and not outside of the work tree", () => {
      assert.equal(survey(folder.at("conf"), "../secret")?.isOwn, true);
      assert.equal(survey(folder.at("all"), "../conf")?.isOwn, false);
      assert.deepEqual(survey(folder.at("all"), "../conf")?.ignored, ["b.log", "cache", "logs"]);
      using other = new Folder();
      other.write({ a: "a" }).commit();
      const beside = relative(folder.path, other.at("a"));
      assert.throws(() => survey(folder.path, beside), /a lies outside of the git work tree/);
    });

    it("leaves git's own folder out of the project's", () => {
      assert.ok(paths(".").includes("file conf/a"));
      assert.ok(!paths(".").some((path) => path.includes(".git/") || path.endsWith("/e")));
    });

    it("asks the work tree that a submodule, or a linked folder, belongs to", () => {
      using other = new Folder();
      other.write({ ".gitignore": "*.tmp\n", "data/x": "x", "data/y.tmp": "y" }).commit();
      folder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.path, "module");
      folder.write({ "module/data/z.tmp": "z" });
      assert.deepEqual(paths("module/data"), ["file x"]);
      symlinkSync("module", folder.at("linked"));
      assert.deepEqual(paths("linked/data"), ["file x"]);
    });
  });

  it("has neither sockets nor pipes nor devices, with a sentence", async () => {
    folder.write({ "conf/a": "a" });
    execFileSync("mkfifo", [folder.at("conf/pipe")]);
    assert.throws(() => survey(folder.path, "conf"), /^Error: conf\/pipe is a named pipe, and a release holds/);
    assert.throws(() => survey(folder.path, "conf/pipe"), /conf\/pipe is a named pipe/);
    rmSync(folder.at("conf/pipe"));
    const server = createServer().listen(folder.at("conf/socket"));
    await new Promise((done) => server.once("listening", done));
    assert.throws(
      () => survey(folder.path, "conf"),
      /conf\/socket is a socket, .*mount an absolute path of the machine/,
    );
    server.close();
    symlinkSync("/dev/null", folder.at("conf/null"));
    assert.equal(survey(folder.path, "conf")?.needsArchive, true, "a link stays one, whatever it leads to");
  });

  it("has no name that a container could not be given", () => {
    mkdirSync(folder.at("conf"));
    writeFileSync(Buffer.concat([Buffer.from(`${folder.at("conf")}/`), Buffer.from([0x66, 0xff])]), "x");
    assert.throws(
      () => survey(folder.path, "conf"),
      /The folder conf is mounted, and the name of "fÿ" in it is not UTF-8: rename it\./,
    );
    folder.write({ "other/.wh.a": "" });
    assert.throws(() => survey(folder.path, "other"), /other\/\.wh\.a is mounted, .*: rename it\./);
  });
});

describe("a size", () => {
  it("is said as people read it", () => {
    const said = [0, 1, 999, 1000, 1536, 99_900, 999_499, 999_500, 70e6, 1.5e9, 2e12, 5e15].map(formatSize);
    assert.deepEqual(said, [
      "0 bytes",
      "1 bytes",
      "999 bytes",
      "1 kB",
      "1.54 kB",
      "100 kB",
      "999 kB",
      "1 MB",
      "70 MB",
      "1.5 GB",
      "2 TB",
      "5000 TB",
    ]);
  });
});

import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { NotedFiles, ReleaseFiles, WorkFiles } from "../../release/files";
import type { Release } from "../../release/record";
import { Folder } from "./folder";

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

describe("the files of a project", () => {
  const folder = new Folder();
  let work: WorkFiles;

  before(() => {
    folder.write({ "a.txt": "own a", "conf/one": "own one", "conf/deep/two": "own two", "own.sh": "#!own" });
    mkdirSync(folder.at("empty"));
    work = new WorkFiles(folder.path);
  });
  after(() => folder.remove());

  describe("as they lie in its folder", () => {
    it("are read by their path in it", () => {
      assert.equal(text(work.bytes("conf/deep/two")), "own two");
      assert.equal(work.bytes("missing"), undefined);
      assert.equal(work.bytes("conf"), undefined);
    });

    it("are listed at any depth, files only", () => {
      assert.deepEqual(work.list("conf"), ["deep/two", "one"]);
      assert.deepEqual(work.list("empty"), []);
      assert.equal(work.list("a.txt"), undefined);
      assert.equal(work.list("missing"), undefined);
    });

    it("are no document where they are data", () => {
      using large = new Folder();
      large.write({ "compose.yaml": "" });
      truncateSync(large.at("compose.yaml"), 16_000_001);
      assert.throws(
        () => new WorkFiles(large.path).bytes("compose.yaml"),
        /^Error: The file compose\.yaml has 16 MB, and what describes an application, or is a secret, has 16 MB at most: data belongs/,
      );
    });

    it("are bundled where they are much, and refused where they are much and no release's", () => {
      using large = new Folder();
      large.write({ ".gitignore": "own\n", "few/a": "a", "much/a": "", own: "" }).commit();
      truncateSync(large.at("much/a"), 70e6);
      const files = new WorkFiles(large.path);
      assert.equal(files.bundle("few"), undefined);
      assert.equal(files.bundle("missing"), undefined);
      assert.equal(files.bundle("much"), "much");
      assert.equal(files.bundle("much/a", "0440"), "0440 much/a");
      truncateSync(large.at("own"), 3e6);
      assert.equal(files.bundle("own"), undefined);
      truncateSync(large.at("own"), 70e6);
      assert.throws(() => files.bundle("own"), /own has 70 MB\. Commit it/);
      const noted = new NotedFiles(files);
      noted.bundle("few");
      noted.bundle("much");
      assert.deepEqual([...noted.bundles, ...noted.used], ["much"]);
    });

    it("are listed below links as well, and a link that leads nowhere or in a circle is named", () => {
      using other = new Folder();
      other.write({ "real/a": "", "conf/b": "" });
      const at = new WorkFiles(other.path);
      symlinkSync("../real", other.at("conf/linked"));
      symlinkSync("../real/a", other.at("conf/file"));
      assert.deepEqual(at.list("conf"), ["b", "file", "linked/a"]);
      symlinkSync("missing", other.at("conf/broken"));
      assert.throws(() => at.list("conf"), {
        message: `${other.at("conf/broken")}, which is mounted, is a link that leads to nothing: mend it, or take it away.`,
      });
      rmSync(other.at("conf/broken"));
      symlinkSync("../conf", other.at("real/round"));
      assert.throws(() => at.list("conf"), {
        message: `${other.at("conf/linked/round")}, which is mounted, is a link to a folder that it lies in: take it away.`,
      });
    });

    it("may be executable", () => {
      assert.equal(work.isExecutable("own.sh"), true);
      assert.equal(work.isExecutable("a.txt"), false);
    });
  });

  describe("of a release", () => {
    const held = { "a.txt": "held a", "conf/one": "held one", "run.sh": "#!held", "own.sh": "held" };
    const files = Object.fromEntries(Object.entries(held).map(([path, content]) => [path, Buffer.from(content)]));
    let release: ReleaseFiles;

    before(() => {
      release = new ReleaseFiles({ files, executable: ["run.sh"] } as unknown as Release, work);
    });

    it("come from the release, and those that it does not hold from the folder", () => {
      assert.equal(text(release.bytes("a.txt")), "held a");
      assert.equal(text(release.bytes("conf/deep/two")), "own two");
    });

    it("make a folder of their own, without what was added since", () => {
      assert.deepEqual(release.list("conf"), ["one"]);
    });

    it("are bundled as they were, however much lies there now", () => {
      using large = new Folder();
      large.write({ held: "", few: "", own: "", ".gitignore": "*\n" }).commit();
      for (const name of ["held", "few", "own"]) truncateSync(large.at(name), 70e6);
      const taken = {
        name: "v1",
        files: { few: Buffer.from("few"), "conf/one": Buffer.from("one") },
        bundles: { data: {}, "0440 words": {}, held: {} },
      };
      const files = new ReleaseFiles(taken as unknown as Release, new WorkFiles(large.path));
      assert.equal(files.bundle("data"), "data");
      assert.equal(files.bundle("words", "0440"), "0440 words");
      assert.equal(files.bundle("held"), "held");
      for (const path of ["few", "conf", "missing"]) assert.equal(files.bundle(path), undefined, path);
      assert.throws(() => files.bundle("own"), /own is mounted, and what git ignores there is the stage's own/);
      assert.throws(
        () => files.bundle("data/sub"),
        /^Error: data\/sub is mounted, and the release v1 holds data as a whole: mount that, or mount data\/sub in the compose file of the next release\.$/,
      );
      assert.throws(
        () => files.bundle("words", "0400"),
        /words is mounted with the mode 0400, and the release v1 holds words/,
      );
    });

    it("may be executable as they were, not as they are", () => {
      assert.equal(release.isExecutable("run.sh"), true);
      assert.equal(release.isExecutable("own.sh"), false);
    });
  });

  it("are noted when they are read", () => {
    const noted = new NotedFiles(work);
    noted.bytes("a.txt");
    noted.bytes("missing");
    noted.list("conf");
    assert.deepEqual([...noted.used], ["a.txt"]);
  });
});

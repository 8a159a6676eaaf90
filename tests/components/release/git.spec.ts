import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { GitError, ignoredFiles, isStackSettings, readWorkTree, uncommitted } from "../../../components/release/git";
import { Folder } from "./folder";

describe("the git work tree", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const changed = async (): Promise<string[]> => (await readWorkTree(folder.path)).changed.sort();

  it("tells its commit and its top from any folder inside", async () => {
    folder.write({ "app/compose.yaml": "" }).commit();
    const tree = await readWorkTree(folder.at("app"));
    assert.equal(tree.top, folder.path);
    assert.equal(tree.commit, folder.git("rev-parse", "--short", "HEAD").trim());
    assert.deepEqual(tree.changed, []);
  });

  it("must be there", async () => {
    await assert.rejects(
      readWorkTree(folder.path),
      new GitError(
        `${folder.path} is not in a git work tree with a commit, and a release names the commit it was made from: commit it (git init && git add -A && git commit), then run the command again.`,
      ),
    );
  });

  it("must have a commit", async () => {
    folder.git("init", "--quiet");
    await assert.rejects(readWorkTree(folder.path), GitError);
  });

  it("tells changed, staged, deleted, renamed and untracked files, from any folder inside", async () => {
    folder.write({ a: "1", b: "1", c: "1", d: "1", "app/e": "1" }).commit();
    folder.write({ a: "2", b: "2", "new file\n.txt": "", "folder/deep": "" });
    folder.git("add", "b");
    rmSync(folder.at("c"));
    folder.git("mv", "d", "moved");
    const tree = await readWorkTree(folder.at("app"));
    assert.deepEqual(tree.changed.sort(), ["a", "b", "c", "d", "folder/deep", "moved", "new file\n.txt"]);
  });

  it("tells what git ignores as well, for no commit holds it: a folder by its name alone", async () => {
    folder.write({ ".gitignore": "*.log\nnode_modules/\n" }).commit();
    folder.write({ "debug.log": "", "node_modules/a/index.js": "" });
    assert.deepEqual(await changed(), ["debug.log", "node_modules/"]);
  });

  it("is dirty only for files that enter the release, and never for a stack's settings", async () => {
    folder.write({ "compose.yaml": "1", "Pulumi.staging.yaml": "1", "docs/a.md": "1" }).commit();
    folder.write({
      "compose.yaml": "2",
      "Pulumi.staging.yaml": "2",
      "app/Pulumi.production.yml": "2",
      "docs/a.md": "2",
    });
    const tree = await readWorkTree(folder.path);
    assert.deepEqual(uncommitted(tree, () => true).sort(), ["compose.yaml", "docs/a.md"]);
    assert.deepEqual(
      uncommitted(tree, (path) => path === folder.at("compose.yaml")),
      ["compose.yaml"],
    );
    assert.deepEqual(
      uncommitted(tree, () => false),
      [],
    );
  });
});

describe("stack settings", () => {
  it("are Pulumi.<stack>.yaml, and not the project's own file", () => {
    const files = [
      "Pulumi.staging.yaml",
      "deep/Pulumi.a.b.yml",
      "Pulumi.yaml",
      "MyPulumi.staging.yaml",
      "Pulumi.staging.yaml.bak",
    ];
    assert.deepEqual(files.filter(isStackSettings), ["Pulumi.staging.yaml", "deep/Pulumi.a.b.yml"]);
  });
});

describe("the files that git ignores", () => {
  const folder = new Folder();

  before(() => {
    folder.write({ ".gitignore": "*.env\nsecrets/\n", "tracked.env": "", "compose.yaml": "" });
    folder.git("init", "--quiet");
    folder.git("add", "--force", "tracked.env");
    folder.commit();
  });
  after(() => folder.remove());

  const ignored = async (...paths: string[]): Promise<string[]> => [
    ...(await ignoredFiles(
      await readWorkTree(folder.path),
      paths.map((path) => folder.at(path)),
    )),
  ];

  it("are those that its rules name, there or not", async () => {
    assert.deepEqual(await ignored("a.env", "secrets/key", "compose.yaml", "new.yaml"), [
      folder.at("a.env"),
      folder.at("secrets/key"),
    ]);
  });

  it("are not those that are tracked all the same", async () => {
    assert.deepEqual(await ignored("tracked.env"), []);
  });

  it("are also those outside of the work tree", async () => {
    assert.deepEqual(await ignored("../elsewhere"), [folder.at("../elsewhere")]);
  });

  it("may be none", async () => {
    assert.deepEqual(await ignored("compose.yaml"), []);
    assert.deepEqual(await ignored(), []);
  });

  it("may have two dots at their beginning and be inside", async () => {
    assert.deepEqual(await ignored("..data"), []);
  });
});

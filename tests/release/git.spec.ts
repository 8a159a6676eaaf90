import assert from "node:assert/strict";
import { chmodSync, lchownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git, GitError, gitTrouble, readWorkTree } from "../../release/git";
import { Folder } from "./folder";

describe("the git work tree", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  /** Reads the work tree while the environment has other values. */
  const readWith = async (env: Record<string, string>, directory = folder.path): Promise<unknown> => {
    const before = process.env;
    process.env = { ...before, ...env };
    try {
      return await readWorkTree(directory);
    } finally {
      process.env = before;
    }
  };

  const refusal = async (directory = folder.path, env: Record<string, string> = {}): Promise<string> => {
    const error = await readWith(env, directory).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof GitError, `it was read: ${String(error)}`);
    assert.doesNotMatch(error.message, /\n/, "one sentence");
    return error.message;
  };

  it("tells its commit and its top from any folder inside", async () => {
    folder.write({ "app/compose.yaml": "" }).commit();
    const tree = await readWorkTree(folder.at("app"));
    assert.equal(tree.top, folder.path);
    assert.equal(tree.commit, folder.git("rev-parse", "--short", "HEAD").trim());
    assert.equal(tree.head, folder.git("rev-parse", "HEAD").trim());
  });

  it("may be held by another git, a shallow clone, or one of several work trees", async () => {
    folder.write({ a: "1" }).commit().write({ a: "2" }).commit();
    writeFileSync(folder.at(".git/index.lock"), "");
    assert.equal((await readWorkTree(folder.path)).top, folder.path);
    rmSync(folder.at(".git/index.lock"));
    using other = new Folder();
    other.git("clone", "--quiet", "--depth=1", `file://${folder.path}`, "clone");
    assert.equal((await readWorkTree(other.at("clone"))).head, folder.git("rev-parse", "HEAD").trim());
    folder.git("worktree", "add", "--quiet", other.at("second"));
    assert.equal((await readWorkTree(other.at("second"))).top, other.at("second"));
  });

  it("must be there", async () => {
    assert.equal(
      await refusal(),
      `${folder.path} is not in a git work tree with a commit, and a release names the commit it was made from: commit it (git init && git add -A && git commit), then run the command again.`,
    );
  });

  it("must have a commit", async () => {
    folder.git("init", "--quiet");
    assert.equal(
      await refusal(),
      `The git work tree at ${folder.path} has no commit yet, and a release names the commit it was made from: commit the files (git add -A && git commit), then run the command again.`,
    );
  });

  it("must be trusted where it belongs to somebody else", async function () {
    if (process.getuid?.() !== 0) this.skip(); // Only root gives files away.
    folder.write({ a: "" }).commit();
    const tree = ["", ".git"].map((path) => folder.at(path));
    tree.forEach((path) => lchownSync(path, 12345, 12345));
    const nobodys = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    assert.equal(
      await refusal(folder.path, nobodys),
      `The git work tree ${folder.path} belongs to another user than the one who runs this, and git reads no such work tree: say that you trust it with git config --global --add safe.directory ${folder.path}, or run the command as its owner.`,
    );
    writeFileSync(folder.at("trusting"), `[safe]\n\tdirectory = ${folder.path}\n`);
    assert.ok(await readWith({ ...nobodys, GIT_CONFIG_GLOBAL: folder.at("trusting") }), "and then it is read");
    tree.forEach((path) => lchownSync(path, 0, 0));
  });

  it("must have files", async () => {
    folder.write({ a: "" }).commit().git("clone", "--quiet", "--bare", ".", "bare.git");
    const sentence = (place: string): string =>
      `${place} is in a git repository without a work tree (a bare one, or the folder .git), and a release is made from files: go to a clone, then run the command again.`;
    assert.equal(await refusal(folder.at("bare.git")), sentence(folder.at("bare.git")));
    assert.equal(await refusal(folder.at(".git")), sentence(folder.at(".git")));
  });

  it("must be where its own files say", async () => {
    folder.write({ a: "" }).commit();
    using other = new Folder();
    folder.git("worktree", "add", "--quiet", other.at("second"));
    renameSync(folder.at(".git"), folder.at("moved"));
    const message = await refusal(other.at("second"));
    assert.match(
      message,
      /^The file \.git at or above .*second leads to .*\.git\/worktrees\/second, which is no git repository/,
    );
  });

  it("must not be broken, and what git says of it is told", async () => {
    folder.write({ a: "1" }).commit();
    for (const pair of readdirSync(folder.at(".git/objects")).filter((name) => name.length === 2)) {
      for (const object of readdirSync(folder.at(join(".git/objects", pair)))) {
        chmodSync(folder.at(join(".git/objects", pair, object)), 0o644);
        writeFileSync(folder.at(join(".git/objects", pair, object)), "");
      }
    }
    const tree = await readWorkTree(folder.path);
    await assert.rejects(git(folder.path, ["ls-tree", "-r", tree.head]), {
      message: new RegExp(
        `^git cannot read the work tree at ${folder.path} \\((error|fatal): .*\\), and a release names the commit it was made from: mend it \\(git fsck tells what is broken\\) or clone it anew, then run the command again\\.$`,
      ),
    });
    writeFileSync(folder.at(".git/config"), "[core\n");
    assert.match(await refusal(), /\(fatal: bad config line \d in file \.git\/config\)/);
  });

  it("is read by git, which must be there", async () => {
    assert.equal(await refusal(folder.path, { PATH: folder.path }), "The git command is not on PATH: install git.");
  });

  it("is refused in the same words whatever language git speaks", async () => {
    mkdirSync(folder.at("nothing"));
    assert.equal(
      await refusal(folder.at("nothing"), { LC_ALL: "de_DE.UTF-8", LANGUAGE: "de" }),
      await refusal(folder.at("nothing")),
    );
  });
});

describe("what git says", () => {
  const words: [string, string, RegExp][] = [
    [
      "of an owner before 2.37",
      "fatal: unsafe repository ('/srv/shop' is owned by someone else)\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /srv/shop",
      /^The git work tree \/srv\/shop belongs to another user .*safe\.directory \/srv\/shop,/,
    ],
    [
      "of an owner, of a place with a space",
      "fatal: detected dubious ownership in repository at '/srv/my shop'",
      /safe\.directory '\/srv\/my shop', or run/,
    ],
    [
      "of another disk",
      "fatal: not a git repository (or any parent up to mount point /srv)\nStopping at filesystem boundary (GIT_DISCOVERY_ACROSS_FILESYSTEM not set).",
      /git looked no further than \/srv, where another disk begins; .*GIT_DISCOVERY_ACROSS_FILESYSTEM=1/,
    ],
    [
      "of a format that it does not know",
      "fatal: unknown repository extension found:\n\tobjectformat",
      /^git cannot read the work tree at \/app \(fatal: unknown repository extension found:\)/,
    ],
  ];
  for (const [what, said, expected] of words) {
    it(`${what} is understood`, () => assert.match(gitTrouble("/app", said), expected));
  }

  it("never leads to git init in a work tree that there is", () => {
    for (const [, said] of words.filter(([what]) => !what.includes("disk"))) {
      assert.doesNotMatch(gitTrouble("/app", said), /git init/);
    }
  });
});

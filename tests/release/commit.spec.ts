import assert from "node:assert/strict";
import { chmodSync, cpSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { Commit, type Entering } from "../../release/commit";
import { readWorkTree } from "../../release/git";
import { Folder } from "./folder";

describe("what a commit holds", () => {
  let folder: Folder;
  let library: Folder;

  beforeEach(() => {
    library = new Folder();
    folder = new Folder();
  });
  afterEach(() => {
    folder.remove();
    library.remove();
  });

  const open = async (): Promise<Commit> => new Commit(await readWorkTree(folder.path));

  const entering = (path: string): Entering => {
    const found = lstatSync(folder.at(path));
    const kind = found.isSymbolicLink() ? "link" : found.isDirectory() ? "directory" : "file";
    return { path: folder.at(path), kind, executable: kind === "file" && (found.mode & 0o111) !== 0 };
  };

  /** Which of some paths it lacks, relative to the folder, with the reason. */
  const lacks = async (...paths: string[]): Promise<string[]> =>
    (await (await open()).lacks(paths.map(entering))).map(({ path, reason }) =>
      [path.replace(`${folder.path}/`, ""), ...(reason ? [reason] : [])].join(": "),
    );

  const addSubmodule = (place: string, from = library): void => {
    folder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from.path, place);
    folder.commit();
  };

  const elsewhere =
    "a submodule at another commit than the one that is committed: git submodule update, or git add and commit";

  it("is every file as it was committed", async () => {
    folder.write({ a: "1", "b/c": "1", "run.sh": "#!/bin/sh\n", "ä ö\n": "", '"q"': "1" });
    symlinkSync("b/c", folder.at("link"));
    folder.commit();
    assert.deepEqual(await lacks("a", "b/c", "run.sh", "ä ö\n", '"q"', "link", "b"), []);
  });

  it("is large files as well, which are read in pieces", async () => {
    folder.write({ large: "x".repeat(3 << 20) }).commit();
    assert.deepEqual(await lacks("large"), []);
    folder.write({ large: `${"x".repeat((3 << 20) - 1)}y` });
    assert.deepEqual(await lacks("large"), ["large"]);
  });

  it("is told in a repository with SHA-256 as well", async () => {
    folder.git("init", "--quiet", "--object-format=sha256");
    folder.write({ a: "1", b: "1" }).commit().write({ b: "2" });
    assert.deepEqual(await lacks("a", "b"), ["b"]);
  });

  describe("is not", () => {
    const ways: [string, () => void, string][] = [
      ["what changed", () => folder.write({ a: "2" }), "a"],
      ["what changed to the same size at the same time", () => folder.write({ a: "2" }), "a"],
      ["what is new", () => folder.write({ "b/new": "" }), "b/new"],
      ["what is staged", () => folder.write({ staged: "" }).git("add", "staged"), "staged"],
      ["what git ignores", () => folder.write({ ".gitignore": "*.log\n", "x.log": "" }), "x.log"],
      [
        "what changed while git was told to assume that it does not",
        () => {
          folder.git("update-index", "--assume-unchanged", "a");
          folder.write({ a: "2" });
        },
        "a",
      ],
      [
        "what changed while git was told to leave it out of the work tree",
        () => {
          folder.git("update-index", "--skip-worktree", "a");
          folder.write({ a: "2" });
        },
        "a",
      ],
      [
        "what changed where git looks at no file by itself",
        () => {
          folder.git("config", "core.checkStat", "minimal");
          folder.git("config", "core.trustctime", "false");
          folder.write({ a: "2" });
        },
        "a",
      ],
      ["a link that leads elsewhere", () => (rmSync(folder.at("link")), symlinkSync("b", folder.at("link"))), "link"],
      [
        "a link that is a file now",
        () => (rmSync(folder.at("link")), writeFileSync(folder.at("link"), "a")),
        "link: committed as a link",
      ],
      [
        "a file that is a link now",
        () => (rmSync(folder.at("a")), symlinkSync("b/c", folder.at("a"))),
        "a: a link in the place of what is committed",
      ],
      [
        "what may be executed and did not so",
        () => chmodSync(folder.at("a"), 0o755),
        "a: executable here, and not in the commit",
      ],
      [
        "what may be executed no more, where git does not look",
        () => {
          folder.git("config", "core.fileMode", "false");
          chmodSync(folder.at("run.sh"), 0o644);
        },
        "run.sh: executable in the commit, and not here",
      ],
    ];
    for (const [what, change, expected] of ways) {
      it(what, async () => {
        folder.write({ a: "1", "b/c": "1", "run.sh": "#!/bin/sh\n" });
        symlinkSync("a", folder.at("link"));
        folder.commit();
        change();
        const [path = ""] = expected.split(": ");
        assert.deepEqual(await lacks("b/c", path), [expected]);
      });
    }

    it("what lies outside of the work tree", async () => {
      folder.write({ a: "" }).commit();
      library.write({ b: "" });
      const commit = await open();
      assert.deepEqual(await commit.lacks([{ path: library.at("b"), kind: "file" }]), [
        { path: library.at("b"), reason: "outside of the git work tree" },
      ]);
      library.commit();
      assert.equal((await (await open()).lacks([{ path: library.at("b"), kind: "file" }])).length, 1);
    });
  });

  it("is what git's filters make of a file: line ends, and what a filter of one's own does", async () => {
    folder.write({
      ".gitattributes": "*.txt text eol=crlf\n*.big filter=big\n",
      "a.txt": "1\r\n2\r\n",
      "x.big": "content",
    });
    folder.git("init", "--quiet");
    folder.git("config", "filter.big.clean", "tr a-z A-Z");
    folder.git("config", "filter.big.smudge", "tr A-Z a-z");
    folder.commit();
    assert.deepEqual(await lacks("a.txt", "x.big"), []);
    folder.write({ "a.txt": "1\r\n3\r\n", "x.big": "contents" });
    assert.deepEqual(await lacks("a.txt", "x.big"), ["a.txt", "x.big"]);
    folder.git("config", "filter.big.clean", "false");
    folder.git("config", "filter.big.required", "true");
    folder.write({ "a.txt": "1\r\n2\r\n" });
    assert.deepEqual(await lacks("a.txt", "x.big"), ["x.big"], "a filter that fails tells of its own file alone");
  });

  describe("of a submodule", () => {
    beforeEach(() => {
      library.write({ "lib/a": "1", b: "1" }).commit();
      folder.write({ top: "1" }).commit();
      addSubmodule("vendor/lib");
    });

    it("is its files", async () => {
      assert.deepEqual(await lacks("top", "vendor/lib/lib/a", "vendor/lib/b", "vendor/lib/.git"), []);
    });

    it("is no file that changed or is new in it, by its own name", async () => {
      folder.write({ "vendor/lib/lib/a": "2", "vendor/lib/new": "" });
      assert.deepEqual(await lacks("vendor/lib/lib/a", "vendor/lib/b", "vendor/lib/new"), [
        "vendor/lib/lib/a",
        "vendor/lib/new",
      ]);
    });

    it("is told although git is told to ignore what changes in it", async () => {
      folder.git("config", "-f", ".gitmodules", "submodule.vendor/lib.ignore", "all");
      folder.git("config", "diff.ignoreSubmodules", "all");
      folder.commit().write({ "vendor/lib/b": "2" });
      assert.deepEqual(await lacks("vendor/lib/b"), ["vendor/lib/b"]);
    });

    it("is nothing of it at another commit, staged or not", async () => {
      folder.write({ "vendor/lib/b": "2" });
      folder.git("-C", "vendor/lib", "commit", "--quiet", "--all", "--message", "On");
      assert.deepEqual(await lacks("vendor/lib/lib/a", "vendor/lib/b"), [`vendor/lib/: ${elsewhere}`]);
      folder.git("add", "vendor/lib");
      assert.deepEqual(await lacks("vendor/lib/b"), [`vendor/lib/: ${elsewhere}`]);
      folder.commit();
      assert.deepEqual(await lacks("vendor/lib/b"), []);
    });

    it("is told of one in another", async () => {
      using outer = new Folder();
      outer.write({ x: "1" }).commit();
      outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "inner");
      outer.commit();
      addSubmodule("vendor/outer", outer);
      folder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive");
      assert.deepEqual(await lacks("vendor/outer/x", "vendor/outer/inner/b"), []);
      folder.write({ "vendor/outer/inner/b": "2" });
      assert.deepEqual(await lacks("vendor/outer/x", "vendor/outer/inner/b"), ["vendor/outer/inner/b"]);
      folder.git("-C", "vendor/outer/inner", "commit", "--quiet", "--all", "--message", "On");
      assert.deepEqual(await lacks("vendor/outer/x", "vendor/outer/inner/b"), [`vendor/outer/inner/: ${elsewhere}`]);
    });

    it("lists its files among those below a folder, and itself where it is not checked out", async () => {
      const below = async (path: string): Promise<string[]> =>
        (await (await open()).below(folder.at(path))).map((found) => found.replace(`${folder.path}/`, "")).sort();
      assert.deepEqual(await below("vendor"), ["vendor/lib/b", "vendor/lib/lib/a"]);
      assert.deepEqual(await below("vendor/lib/lib"), ["vendor/lib/lib/a"]);
      folder.git("submodule", "--quiet", "deinit", "--force", "--all");
      assert.deepEqual(await below("vendor"), ["vendor/lib/"]);
    });
  });

  describe("of another repository in the work tree", () => {
    const own = "a git repository of its own, which is no submodule of the commit";

    it("is nothing, whether it is there by itself, ignored or staged", async () => {
      folder.write({ ".gitignore": "hidden/\n", top: "1" }).commit();
      library.write({ b: "1" }).commit();
      for (const place of ["nested", "hidden/nested"]) {
        cpSync(library.path, folder.at(place), { recursive: true });
        assert.deepEqual(await lacks("top", `${place}/b`), [`${place}/: ${own}`], place);
      }
      folder.git("add", "nested");
      assert.deepEqual(await lacks("nested/b"), [`nested/: ${own}`]);
    });

    it("is nothing where it has no commit, or is broken", async () => {
      folder.write({ top: "1", "nested/b": "", "broken/b": "", "broken/.git": "gitdir: ../nowhere\n" });
      folder.git("init", "--quiet", "nested");
      folder.git("init", "--quiet");
      folder.git("add", "top");
      folder.git("commit", "--quiet", "--message", "One");
      assert.deepEqual(await lacks("top", "nested/b", "broken/b"), [`broken/: ${own}`, `nested/: ${own}`]);
    });

    it("is its files where git sees no repository, only a folder of that name", async () => {
      folder.write({ "fixture/b": "1" }).commit();
      mkdirSync(folder.at("fixture/.git"));
      writeFileSync(folder.at("fixture/.git/note"), "");
      assert.deepEqual(await lacks("fixture/b", "fixture/.git/note"), ["fixture/.git/note"]);
    });
  });

  it("is told where the environment names the repository, as for one whose work tree is elsewhere", async () => {
    folder.write({ a: "1", b: "1" }).commit().write({ b: "2" });
    renameSync(folder.at(".git"), library.at("repository"));
    Object.assign(process.env, { GIT_DIR: library.at("repository"), GIT_WORK_TREE: folder.path });
    try {
      assert.deepEqual(await lacks("a", "b"), ["b"]);
      assert.deepEqual([...(await (await open()).ignored([folder.at("a")]))], []);
    } finally {
      delete process.env["GIT_DIR"];
      delete process.env["GIT_WORK_TREE"];
    }
  });

  describe("and what git ignores", () => {
    const ignored = async (...paths: string[]): Promise<string[]> =>
      [...(await (await open()).ignored(paths.map((path) => folder.at(path))))].map((path) =>
        path.replace(`${folder.path}/`, ""),
      );

    beforeEach(() => {
      folder.write({ ".gitignore": "*.env\nsecrets/\nhidden/\n", "tracked.env": "", "compose.yaml": "" });
      folder.git("init", "--quiet");
      folder.git("add", "--force", "tracked.env");
      folder.commit();
    });

    it("are those that its rules name, there or not, and not those that are tracked all the same", async () => {
      assert.deepEqual(await ignored("a.env", "secrets/key", "compose.yaml", "new.yaml", "tracked.env", "..data"), [
        "a.env",
        "secrets/key",
      ]);
      assert.deepEqual(await ignored("compose.yaml"), []);
      assert.deepEqual(await ignored(), []);
    });

    it("are told in a submodule by its own rules, beside others", async () => {
      library.write({ ".gitignore": "*.key\n", b: "" }).commit();
      addSubmodule("lib");
      assert.deepEqual(await ignored("lib/a.key", "lib/a.env", "lib/b", "a.env"), ["lib/a.key", "a.env"]);
    });

    it("are all files of a repository in a folder that is ignored", async () => {
      library.write({ b: "" }).commit();
      cpSync(library.path, folder.at("hidden/nested"), { recursive: true });
      assert.deepEqual(await ignored("hidden/nested/b"), ["hidden/nested/b"]);
    });
  });
});

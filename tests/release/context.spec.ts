import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { ContextError, hashContext, listContext, sentOf } from "../../release/context";
import { Folder } from "./folder";

describe("a build context", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const files = (dockerfile = "Dockerfile", context = "."): string[] =>
    listContext(folder.at(context), folder.at(dockerfile)).map(({ path }) => path);

  /** The files that rules leave of some, folders and the Dockerfile aside. */
  const left = (rules: string, names: string[]): string[] => {
    folder.write({ ...Object.fromEntries(names.map((name) => [name, ""])), Dockerfile: "", ".dockerignore": rules });
    return listContext(folder.path, folder.at("Dockerfile"))
      .filter(({ kind, path }) => kind === "file" && path !== "Dockerfile" && path !== ".dockerignore")
      .map(({ path }) => path);
  };

  describe("lists what docker build would send", () => {
    it("everything, where nothing is ignored", () => {
      folder.write({ Dockerfile: "", "src/a.ts": "", ".hidden": "" });
      assert.deepEqual(files(), [".hidden", "Dockerfile", "src", "src/a.ts"]);
    });

    // The rules and their meaning: https://docs.docker.com/build/concepts/context/#syntax
    const rules: [string, string, string[], string[]][] = [
      ["a file", "a.txt", ["a.txt", "b/a.txt"], ["b/a.txt"]],
      [
        "a folder with all that is in it",
        "node_modules",
        ["node_modules/x/y.js", "a/node_modules/z.js"],
        ["a/node_modules/z.js"],
      ],
      ["a slash at the beginning or the end", "/a/\n", ["a/x", "b"], ["b"]],
      ["a name at any depth", "**/*.log", ["x.log", "a/b/y.log", "a/z"], ["a/z"]],
      ["one level", "*/temp*", ["temp", "a/temp1", "a/b/temp2"], ["a/b/temp2", "temp"]],
      ["one character", "temp?", ["temp", "temp1", "temp12"], ["temp", "temp12"]],
      ["a character of a set", "[ab].txt", ["a.txt", "b.txt", "c.txt"], ["c.txt"]],
      ["comments and empty lines", "# a note\n\na\n", ["a", "# a note"], ["# a note"]],
      ["an exception", "*.md\n!README.md", ["README.md", "CHANGES.md"], ["README.md"]],
      [
        "an exception that a later rule takes back",
        "*.md\n!README*.md\nREADME-secret.md",
        ["README.md", "README-secret.md"],
        ["README.md"],
      ],
      [
        "an exception within an ignored folder",
        "dist\n!dist/keep.js",
        ["dist/keep.js", "dist/drop.js", "a"],
        ["a", "dist/keep.js"],
      ],
      [
        "everything but",
        "*\n!src\n!package.json",
        ["src/a.ts", "package.json", "secret"],
        ["package.json", "src/a.ts"],
      ],
      ["a carriage return", "a\r\nb\r\n", ["a", "b", "c"], ["c"]],
      ["capital letters", "A.txt", ["a.txt", "A.txt"], ["a.txt"]],
      ["spaces around", "  a  \n", ["a", "b"], ["b"]],
    ];
    for (const [what, text, names, expected] of rules) {
      it(`by ${what}`, () => assert.deepEqual(left(text, names), expected));
    }

    it("its Dockerfile and its ignore file always", () => {
      folder.write({ Dockerfile: "", ".dockerignore": "*", a: "" });
      assert.deepEqual(files(), [".dockerignore", "Dockerfile"]);
    });

    it("by the ignore file of the Dockerfile rather than the common one", () => {
      folder.write({ "web.Dockerfile": "", "web.Dockerfile.dockerignore": "a", ".dockerignore": "b", a: "", b: "" });
      assert.deepEqual(files("web.Dockerfile"), [
        ".dockerignore",
        "b",
        "web.Dockerfile",
        "web.Dockerfile.dockerignore",
      ]);
    });

    it("by the ignore file of a Dockerfile outside of the context", () => {
      folder.write({ "web.Dockerfile": "", "web.Dockerfile.dockerignore": "a", "app/a": "", "app/b": "" });
      assert.deepEqual(files("web.Dockerfile", "app"), ["b"]);
    });

    describe("to the classic builder", () => {
      const classic = { builder: "classic" as const, isOwn: () => false };
      const sent = (dockerfile = "Dockerfile"): string[] =>
        listContext(folder.path, folder.at(dockerfile), classic).map(({ path }) => path);

      it("by the common ignore file alone", () => {
        folder.write({ Dockerfile: "", "Dockerfile.dockerignore": "a", ".dockerignore": "b", a: "", b: "" });
        assert.deepEqual(sent(), [".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a"]);
      });

      it("with nothing from a folder that is left out, unless an exception begins with its name", () => {
        folder.write({
          Dockerfile: "",
          ".dockerignore": "*\n!**/keep\n!b/keep",
          "a/keep": "",
          "b/keep": "",
          "c/x": "",
        });
        assert.deepEqual(sent(), [".dockerignore", "Dockerfile", "b/keep"]);
        assert.deepEqual(files(), [".dockerignore", "Dockerfile", "a/keep", "b/keep"]);
      });

      it("with its Dockerfile, also from a folder that is left out", () => {
        folder.write({ "docker/web.Dockerfile": "", "docker/x": "", ".dockerignore": "docker" });
        assert.deepEqual(sent("docker/web.Dockerfile"), [".dockerignore", "docker/web.Dockerfile"]);
      });
    });

    it("and says the same of single paths", () => {
      const rules = ["*\n!a\n!**/keep", "a\n!a/b", "**/x", "b\n", "!a"];
      const paths = ["a/b/keep", "a/x", "b/keep", "b/c/d", "x", "keep"];
      for (const text of rules) {
        folder.write({ Dockerfile: "", ".dockerignore": text, ...Object.fromEntries(paths.map((path) => [path, ""])) });
        for (const builder of ["classic", "buildkit"] as const) {
          const reading = { builder, isOwn: (path: string) => path.endsWith("/c") };
          const listed = listContext(folder.path, folder.at("Dockerfile"), reading).map(({ path }) => path);
          const isSent = sentOf(folder.path, folder.at("Dockerfile"), reading);
          assert.deepEqual(
            paths.filter(isSent),
            paths.filter((path) => listed.includes(path)),
            `${builder}: ${text}`,
          );
        }
      }
    });

    it("but what is Slipway's own", () => {
      folder.write({ Dockerfile: "", ".slipway/key": "", "a/b": "" });
      const isOwn = (path: string): boolean => path === folder.at(".slipway");
      const listed = listContext(folder.path, folder.at("Dockerfile"), { builder: "classic", isOwn });
      assert.deepEqual(
        listed.map(({ path }) => path),
        ["Dockerfile", "a", "a/b"],
      );
    });

    it("links as what they are, wherever they lead", () => {
      folder.write({ Dockerfile: "", "dir/a": "" });
      symlinkSync("dir", folder.at("to-folder"));
      symlinkSync("missing", folder.at("to-nothing"));
      const links = listContext(folder.path).filter(({ kind }) => kind === "link");
      assert.deepEqual(
        links.map(({ path }) => path),
        ["to-folder", "to-nothing"],
      );
    });

    it("empty folders, which an image may have as well", () => {
      mkdirSync(folder.at("empty"));
      assert.deepEqual(listContext(folder.path), [{ path: "empty", kind: "directory", executable: false }]);
    });
  });

  it("may itself be reached by a link", () => {
    folder.write({ "real/a": "" });
    symlinkSync("real", folder.at("link"));
    assert.deepEqual(
      listContext(folder.at("link")).map(({ path }) => path),
      ["a"],
    );
  });

  for (const [what, path] of [
    ["is not there", "missing"],
    ["is a file", "file"],
  ] as const) {
    it(`is refused where it ${what}`, () => {
      folder.write({ file: "" });
      assert.throws(
        () => listContext(folder.at(path)),
        new ContextError(
          `The build context ${folder.at(path)} is not a folder: name the folder that holds the Dockerfile.`,
        ),
      );
    });
  }

  it("is refused by a line of its ignore file that Docker cannot read", () => {
    folder.write({ Dockerfile: "", ".dockerignore": "a\n[b\n" });
    assert.throws(
      () => files(),
      (error) =>
        error instanceof ContextError &&
        error.message.startsWith(`${folder.at(".dockerignore")}:2: "[b" is no pattern: close its brackets`),
    );
  });

  it("is refused where its ignore file is none", () => {
    mkdirSync(folder.at(".dockerignore"));
    assert.throws(() => files(), /The ignore file .*\.dockerignore cannot be read \(.*\): make it a file\.$/);
  });

  it("is refused by a file whose name is not in UTF-8", () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/a`), Buffer.from([0xff])]), "");
    assert.throws(() => files(), /\(its name is not in UTF-8\): mend that, or leave it out in \.dockerignore\.$/);
  });

  describe("has a digest", () => {
    const hash = (context = ".", dockerfile = "Dockerfile"): string =>
      hashContext(folder.at(context), listContext(folder.at(context), folder.at(dockerfile)), folder.at(dockerfile));

    beforeEach(() => {
      folder.write({
        Dockerfile: "FROM scratch\n",
        "src/a.ts": "a",
        "run.sh": "#!/bin/sh\n",
        ".dockerignore": "*.log\n",
      });
      symlinkSync("src/a.ts", folder.at("link"));
    });

    it("that stays when the folder moves, its times change, or what is ignored changes", () => {
      const before = hash();
      utimesSync(folder.at("src/a.ts"), new Date(0), new Date(0));
      folder.write({ "debug.log": "new" });
      assert.equal(hash(), before);
      using other = new Folder();
      renameSync(folder.path, other.at("moved"));
      const moved = hashContext(
        other.at("moved"),
        listContext(other.at("moved"), other.at("moved/Dockerfile")),
        other.at("moved/Dockerfile"),
      );
      renameSync(other.at("moved"), folder.path);
      assert.equal(moved, before);
    });

    const changes: Record<string, () => void> = {
      "one byte of a file changes": () => folder.write({ "src/a.ts": "b" }),
      "a file is added, even an empty one": () => folder.write({ "src/b.ts": "" }),
      "a file has another name": () => renameSync(folder.at("src/a.ts"), folder.at("src/b.ts")),
      "a file may be executed": () => chmodSync(folder.at("src/a.ts"), 0o755),
      "a file may be read by its owner alone": () => chmodSync(folder.at("src/a.ts"), 0o600),
      "a folder may be read by its owner alone": () => chmodSync(folder.at("src"), 0o700),
      "a link leads elsewhere": () => {
        renameSync(folder.at("link"), folder.at("debug.log"));
        symlinkSync("run.sh", folder.at("link"));
      },
      "the Dockerfile changes": () => folder.write({ Dockerfile: 'FROM scratch\nCMD ["/a"]\n' }),
      "a folder is added": () => mkdirSync(folder.at("empty")),
      "the rules let a file in": () => folder.write({ "debug.log": "", ".dockerignore": "" }),
    };
    for (const [what, change] of Object.entries(changes)) {
      it(`that is another one when ${what}`, () => {
        const before = hash();
        change();
        assert.notEqual(hash(), before);
      });
    }

    it("that stays where a group may write, which hangs on the machine", () => {
      const before = hash();
      chmodSync(folder.at("src/a.ts"), 0o664);
      chmodSync(folder.at("src"), 0o775);
      assert.equal(hash(), before);
    });

    it("that was the same for usual files before permissions counted", () => {
      assert.equal(hash(), "da52fbe8fd54e9e2316943a74915a764b7ce88d97a4c92fdbdb2c090321f37bf");
    });

    it("that is another one when a Dockerfile outside of the context changes", () => {
      const before = hash("src");
      folder.write({ Dockerfile: "FROM scratch\nUSER 1\n" });
      assert.notEqual(hash("src"), before);
    });

    it("that reads files of more than one piece", () => {
      const piece = "x".repeat(1 << 20);
      folder.write({ "src/a.ts": `${piece}${piece}a` });
      const before = hash();
      folder.write({ "src/a.ts": `${piece}${piece}b` });
      assert.notEqual(hash(), before);
    });
  });
});

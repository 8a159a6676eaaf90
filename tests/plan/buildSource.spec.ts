import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import type { ReleaseSource } from "../../release/source";
import { Folder } from "../release/folder";
import { readRelease } from "./readRelease";

const compose = `
services:
  web: { build: { context: ./web, args: { VERSION: "1" } }, env_file: [web.env], volumes: ["./run.sh:/run.sh:ro"] }
  worker: { build: { context: ./web, args: { VERSION: "1" } } }
  db: { image: "postgres:16", configs: [conf] }
configs: { conf: { file: ./db.conf } }
`;

describe("what a release is made from", () => {
  const committed = new Folder();
  let folder: Folder;

  before(() => {
    committed
      .write({
        "compose.yaml": compose,
        "web.env": "LEVEL=info\n",
        "run.sh": "#!/bin/sh\n",
        "db.conf": "a=1\n",
        "web/Dockerfile": "FROM scratch\n",
        "web/.dockerignore": "notes.md\n",
        "web/notes.md": "",
        "web/src/a.ts": "",
        "Pulumi.staging.yaml": "config: {}\n",
        "compose.staging.yaml": "services: {}\n",
        "README.md": "",
        ".gitignore": "local.env\n",
      })
      .commit();
  });
  beforeEach(() => {
    folder = committed.copy();
  });
  afterEach(() => folder.remove());
  after(() => committed.remove());

  const readAll = (
    files?: string[],
    siblingEnv?: Record<string, Record<string, string>>,
    overlay?: string[],
    root = folder.path,
  ): ReturnType<typeof readRelease> => readRelease(root, { files, siblingEnv, overlay });
  const read = async (...args: Parameters<typeof readAll>): Promise<ReleaseSource> => (await readAll(...args)).source;

  /** What makes it dirty, as the preview names it. */
  const named = async (...args: Parameters<typeof readAll>): Promise<string[]> => {
    const { source, uncommitted } = await readAll(...args);
    assert.equal(source.dirty, uncommitted.length > 0);
    return uncommitted;
  };

  it("is the commit, the files that describe it, and its images", async () => {
    const source = await read();
    assert.equal(source.commit, folder.git("rev-parse", "--short", "HEAD").trim());
    assert.equal(source.dirty, false);
    assert.deepEqual(source.compose, ["compose.yaml"]);
    assert.deepEqual(Object.keys(source.files), ["compose.yaml", "db.conf", "run.sh", "web.env"]);
    assert.equal(Buffer.from(source.files["db.conf"] ?? "", "base64").toString(), "a=1\n");
    assert.deepEqual(source.executable, ["run.sh"]);
    assert.deepEqual(
      source.images.map(({ services }) => services),
      [["db"], ["web", "worker"]],
    );
    assert.deepEqual(source.buildArgs, { web: { VERSION: "1" }, worker: { VERSION: "1" } });
  });

  it("is the same wherever the project stands in its repository", async () => {
    const { commit: _here, ...source } = await read();
    using other = new Folder();
    cpSync(folder.path, other.at("apps/shop"), { recursive: true, filter: (path) => !path.endsWith(".git") });
    other.commit();
    const { commit: _there, ...moved } = await read(undefined, {}, [], other.at("apps/shop"));
    assert.deepEqual(moved, source);
  });

  const dirty: Record<string, () => void> = {
    "a compose file that changed": () => folder.write({ "compose.yaml": `${compose}\n` }),
    "a mounted file that changed": () => folder.write({ "db.conf": "a=2\n" }),
    "an env_file that changed": () => folder.write({ "web.env": "LEVEL=debug\n" }),
    "a file of a build context that changed": () => folder.write({ "web/src/a.ts": "new" }),
    "a file of a build context that is new": () => folder.write({ "web/src/b.ts": "" }),
    "a file of a build context that is gone": () => rmSync(folder.at("web/src/a.ts")),
    "the Dockerfile that changed": () => folder.write({ "web/Dockerfile": "FROM scratch\nUSER 1\n" }),
    "a file of a build context that git ignores": () => folder.write({ "web/local.env": "A=1\n" }),
    "a folder of a build context that git ignores": () =>
      folder.write({ "web/cache/a": "", "web/cache/.gitignore": "*" }),
    "what is left out of a context that changed": () => folder.write({ "web/.dockerignore": "" }),
  };
  for (const [what, change] of Object.entries(dirty)) {
    it(`is dirty with ${what}`, async () => {
      change();
      assert.equal((await read()).dirty, true);
    });
  }

  const clean: Record<string, () => void> = {
    "a stack's settings that changed": () => folder.write({ "Pulumi.staging.yaml": "config: { a: b }\n" }),
    "a stage's overlay that changed": () =>
      folder.write({ "compose.staging.yaml": "services: { db: { mem_limit: 64m } }\n" }),
    "a file that a build context leaves out": () => folder.write({ "web/notes.md": "new" }),
    "an ignored folder outside of every context": () => folder.write({ "tmp/a": "", "tmp/.gitignore": "*" }),
    "a file of no release": () => folder.write({ "README.md": "new", "new.md": "" }),
  };
  for (const [what, change] of Object.entries(clean)) {
    it(`is clean with ${what}`, async () => {
      change();
      assert.equal((await read(undefined, {}, ["compose.staging.yaml"])).dirty, false);
    });
  }

  describe("with files that are too much for the state", () => {
    const media = compose.replace("./run.sh:/run.sh:ro", "./media:/media:ro");

    beforeEach(() => {
      folder
        .write({ "compose.yaml": media, "media/film": "f".repeat(300_000), "media/a": "a", ".gitignore": "*.tmp\n" })
        .commit();
    });

    it("holds their key and their size", async () => {
      const source = await read();
      assert.deepEqual(
        source.bundles?.map(({ id, size }) => [id, size]),
        [["media", 300_001]],
      );
      assert.ok(!Object.keys(source.files).some((path) => path.startsWith("media/")));
      assert.equal(source.dirty, false);
      const [{ key } = { key: "none" }] = source.bundles ?? [];
      assert.equal((await read()).bundles?.[0]?.key, key);
      folder.write({ "media/a": "b" }).commit();
      assert.notEqual((await read()).bundles?.[0]?.key, key);
    });

    const changes: [string, boolean, () => void][] = [
      ["one of them that changed", true, () => folder.write({ "media/film": "g".repeat(300_000) })],
      ["one of them that is new", true, () => folder.write({ "media/b": "" })],
      ["one of them that is gone", true, () => rmSync(folder.at("media/a"))],
      ["one beside them that git ignores", false, () => folder.write({ "media/b.tmp": "", "media/c.tmp/d": "" })],
      ["one of no release", false, () => folder.write({ "medial/film": "" })],
    ];
    for (const [what, isDirty, change] of changes) {
      it(`is ${isDirty ? "dirty" : "clean"} with ${what}`, async () => {
        change();
        assert.equal((await read()).dirty, isDirty);
      });
    }

    it("holds what describes the application in the same way, where that is large", async () => {
      folder.write({ "compose.yaml": `${media}# ${"long ".repeat(60_000)}\n` }).commit();
      const source = await read();
      assert.deepEqual(
        source.bundles?.map(({ id }) => id),
        ["media", ""],
      );
      assert.ok("compose.yaml" in source.files);
    });
  });

  describe("names what makes it dirty, one by one:", () => {
    const lib =
      "a submodule at another commit than the one that is committed: git submodule update, or git add and commit";
    const addSubmodule = (place: string): void => {
      folder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", outside.path, place);
      folder.commit();
    };
    let outside: Folder;

    before(() => {
      outside = new Folder();
      outside.write({ Dockerfile: "FROM scratch\n", "src/a.ts": "", "lib.conf": "1" }).commit();
    });
    after(() => outside.remove());

    it("what changed in a submodule below a build context, or what is missing of it", async () => {
      addSubmodule("web/vendor/lib");
      assert.deepEqual(await named(), []);
      folder.write({ "web/vendor/lib/src/a.ts": "2", "web/vendor/lib/src/b.ts": "" });
      assert.deepEqual(await named(), ["web/vendor/lib/src/a.ts", "web/vendor/lib/src/b.ts"]);
      folder.git("-C", "web/vendor/lib", "add", "--all");
      folder.git("-C", "web/vendor/lib", "commit", "--quiet", "--message", "On");
      assert.deepEqual(await named(), [`web/vendor/lib/ (${lib})`]);
      folder.commit();
      assert.deepEqual(await named(), []);
      rmSync(folder.at("web/vendor/lib/src/b.ts"));
      assert.deepEqual(await named(), ["web/vendor/lib/src/b.ts (missing here)"]);
      folder.git("submodule", "--quiet", "deinit", "--force", "--all");
      assert.deepEqual(await named(), ["web/vendor/lib/ (a submodule that is not checked out)"]);
      folder.write({ "web/.dockerignore": "notes.md\nvendor\n" }).commit();
      assert.deepEqual(await named(), []);
    });

    it("what changed in a submodule that is a build context, or that a file is mounted from", async () => {
      addSubmodule("lib");
      folder
        .write({ "compose.yaml": compose.replace("./web,", "./lib,").replace("./db.conf", "./lib/lib.conf") })
        .commit();
      assert.deepEqual(await named(), []);
      assert.ok("lib/lib.conf" in (await read()).files);
      folder.write({ "lib/src/a.ts": "2", "lib/lib.conf": "2" });
      assert.deepEqual(await named(), ["lib/lib.conf", "lib/src/a.ts"]);
    });

    it("a repository in a build context that is no submodule", async () => {
      cpSync(outside.path, folder.at("web/nested"), { recursive: true });
      assert.deepEqual(await named(), [
        "web/nested/ (a git repository of its own, which is no submodule of the commit)",
      ]);
    });

    it("a file that committed links lead to within the work tree", async () => {
      folder.write({ "real/db.conf": "1" });
      rmSync(folder.at("db.conf"));
      symlinkSync("conf/db.conf", folder.at("db.conf"));
      symlinkSync("real", folder.at("conf"));
      folder.commit();
      assert.deepEqual(await named(), []);
      folder.write({ "real/db.conf": "2" });
      assert.deepEqual(await named(), ["real/db.conf"]);
    });

    it("a link that is not committed, though what it leads to is", async () => {
      folder.write({ "real.conf": "1" }).commit();
      rmSync(folder.at("db.conf"));
      symlinkSync("real.conf", folder.at("db.conf"));
      assert.deepEqual(
        await named(),
        ["db.conf (a link in the place of what is committed)"].map((one) => one),
      );
    });

    it("a file that a committed link leads to where git ignores it, and the release does not hold it", async () => {
      folder.write({ "local.env": "KEY=s3cret\n" });
      rmSync(folder.at("web.env"));
      symlinkSync("local.env", folder.at("web.env"));
      folder.commit();
      assert.deepEqual(await named(), ["local.env (a link leads to it, and git ignores it)"]);
      assert.ok(!JSON.stringify(await read()).includes(Buffer.from("KEY=s3cret\n").toString("base64")));
    });

    it("files below a linked folder, each by itself", async () => {
      folder.write({ "real/db.conf": "1", "real/web.env": "A=1\n" });
      symlinkSync("real", folder.at("linked"));
      const text = compose.replace("./db.conf", "./linked/db.conf").replace("[web.env]", "[linked/web.env]");
      folder.write({ "compose.yaml": text }).commit();
      assert.deepEqual(await named(), []);
      folder.write({ "real/web.env": "A=2\n" });
      assert.deepEqual(await named(), ["real/web.env"]);
    });

    it("a build context that a link leads to", async () => {
      symlinkSync("web", folder.at("linked"));
      folder.write({ "compose.yaml": compose.replaceAll("./web,", "./linked,") }).commit();
      assert.deepEqual(await named(), []);
      folder.write({ "web/src/a.ts": "2" });
      assert.deepEqual(await named(), ["web/src/a.ts"]);
    });

    it("a further build context", async () => {
      const further = compose.replaceAll("./web,", "./web, additional_contexts: { more: ./more },");
      folder.write({ "compose.yaml": further, "more/a": "1" }).commit();
      assert.deepEqual(await named(), []);
      folder.write({ "more/a": "2", "more/b": "" });
      assert.deepEqual(await named(), ["more/a", "more/b"]);
      rmSync(folder.at("more/a"));
      assert.deepEqual(await named(), ["more/a (missing here)", "more/b"]);
    });

    it("a Dockerfile outside of its context, and the ignore file beside it", async () => {
      const text = compose.replaceAll("./web,", "./web, dockerfile: ../docker/web.Dockerfile,");
      folder.write({
        "compose.yaml": text,
        "docker/web.Dockerfile": "FROM scratch\n",
        "docker/web.Dockerfile.dockerignore": "notes.md\n",
      });
      folder.commit();
      assert.deepEqual(await named(), []);
      folder.write({
        "docker/web.Dockerfile": "FROM scratch\nUSER 1\n",
        "docker/web.Dockerfile.dockerignore": "a\nnotes.md\n",
      });
      assert.deepEqual(await named(), ["docker/web.Dockerfile", "docker/web.Dockerfile.dockerignore"]);
    });

    it("a file of a mounted folder that is missing", async () => {
      folder.write({ "compose.yaml": compose.replace("./run.sh:", "./conf:"), "conf/a": "", "conf/b/c": "" }).commit();
      assert.deepEqual(await named(), []);
      rmSync(folder.at("conf/b"), { recursive: true });
      assert.deepEqual(await named(), ["conf/b/c (missing here)"]);
    });

    it("what a sparse checkout leaves out of a build context", async () => {
      folder.write({ "web/deep/x": "" }).commit();
      folder.git("sparse-checkout", "set", "--no-cone", "/*", "!/web/deep");
      assert.deepEqual(await named(), ["web/deep/x (missing here)"]);
    });

    it("what git was told to overlook, and what may be executed", async () => {
      folder.git("update-index", "--assume-unchanged", "web/src/a.ts");
      folder.git("update-index", "--skip-worktree", "db.conf");
      folder.git("config", "core.fileMode", "false");
      folder.write({ "web/src/a.ts": "2", "db.conf": "a=2\n" });
      chmodSync(folder.at("run.sh"), 0o644);
      assert.deepEqual(await named(), ["db.conf", "run.sh (executable in the commit, and not here)", "web/src/a.ts"]);
    });
  });

  describe("in a project that is a build context as a whole", () => {
    beforeEach(() => {
      folder.write({
        Dockerfile: "FROM scratch\nCOPY . /\n",
        "compose.yaml": "services: { web: { build: . } }\n",
        "Pulumi.yaml": "name: shop\n",
        ".gitignore": ".slipway/\n.pulumi-state/\n",
      });
      folder.commit();
    });
    const tag = async (): Promise<string | undefined> => (await read()).images[0]?.tag;

    it("is clean and the same whatever Slipway, Pulumi and the embedded runner keep there", async () => {
      const before = await tag();
      folder.write({
        ".slipway/ssh/shop/staging/key": "1",
        ".slipway-runner/staging.json": "{}",
        ".pulumi-state/passphrase": "s3cret",
        "Pulumi.staging.yaml": "config: { a: b }\n",
        "Pulumi.production.yaml": "config: {}\n",
      });
      assert.deepEqual(await named(), []);
      assert.equal(await tag(), before);
    });

    it("is another one by a file of its own", async () => {
      const before = await tag();
      folder.write({ "src/a.ts": "" });
      assert.deepEqual(await named(), ["src/a.ts"]);
      assert.notEqual(await tag(), before);
    });

    it("is clean though git's own folder is sent along, and with an empty folder, which no commit holds", async () => {
      mkdirSync(folder.at("empty"));
      assert.deepEqual(await named(), []);
    });
  });

  it("names what a stage reads in its own work tree: what git ignores, there or not, in any stage, and secrets", async () => {
    folder
      .write({
        ".gitignore": "*.local\n.env\n/.slipway\n",
        "compose.yaml": `
services:
  db:
    image: a
    env_file: [{ path: db.local, required: false }, { path: "\${SLIPWAY_STAGE}.local", required: false }, web.env]
    secrets: [key, own]
    volumes: ["./mine.local:/mine:ro"]
secrets: { key: { file: ./key.txt }, own: { file: ./.slipway/key } }
`,
        "key.txt": "k",
        "staging.local": "A=1\n",
        "mine.local/a": "a",
        ".slipway/key": "k",
      })
      .commit();
    const { own, files } = await read();
    assert.deepEqual(own, [
      ".env",
      "db.local",
      "key.txt",
      "mine.local",
      "mine.local/a",
      "production.local",
      "staging.local",
    ]);
    assert.deepEqual(Object.keys(files), ["compose.yaml", "web.env"]);
  });

  it("takes no file that git ignores", async () => {
    folder
      .write({ "compose.yaml": compose.replace("[web.env]", "[web.env, local.env]"), "local.env": "KEY=s3cret\n" })
      .commit();
    const source = await read();
    assert.ok(!("local.env" in source.files));
    assert.equal(source.dirty, false);
  });

  it("cannot be a compose file that git ignores, or one outside of the work tree", async () => {
    folder.write({ "local.env": "services: { a: { image: a } }\n" });
    await assert.rejects(
      read(["local.env"]),
      new Error(
        "The compose file local.env is ignored by git or outside of its work tree, so no release can hold it: commit it.",
      ),
    );
  });

  it("cannot be built of what differs between stages", async () => {
    folder.write({ "compose.yaml": compose.replaceAll('"1"', '"${VERSION}"') });
    await assert.rejects(read(undefined, { production: { VERSION: "2" } }), /takes args\.VERSION from \$\{VERSION\}/);
  });
});

import { plainEdge } from "../project";
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { readApplication } from "../../../components/application";
import type { ReleaseSource } from "../../../components/release/built";
import { WorkFiles } from "../../../components/release/files";
import { readSource } from "../../../components/release/source";
import { Folder } from "./folder";

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

  const read = async (
    files = ["compose.yaml"],
    siblingEnv = {},
    overlay: string[] = [],
    root = folder.path,
  ): Promise<ReleaseSource> => {
    const work = new WorkFiles(root);
    const description = {
      project: "shop",
      stage: "staging",
      compose: files,
      overlay,
      env: {},
      secretEnv: [],
      generated: [],
      edge: plainEdge,
    };
    const surroundings = {
      root,
      project: "shop",
      compose: files,
      platform: "linux/amd64",
      mirrors: {},
      siblingEnv,
    };
    return (await readSource(readApplication(description, work, work), surroundings)).source;
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

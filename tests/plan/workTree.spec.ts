import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import { relative } from "node:path";
import type { ReleaseSource } from "../../release/source";
import { Folder } from "../release/folder";
import { readRelease } from "./readRelease";

describe("what a release holds lies in the work tree, links resolved:", () => {
  let folder: Folder;

  const secret = "s3cret of the operator";
  let outside: Folder;

  const read = async (root = folder.path): Promise<ReleaseSource> => (await readRelease(root)).source;

  beforeEach(() => {
    folder = new Folder().write({ "web/Dockerfile": "FROM scratch\n", "web/.dockerignore": "", "web.env": "A=1\n" });
    outside = new Folder();
    outside.write({
      "app.conf": secret,
      "app.env": `KEY=${secret}\n`,
      "base.yaml": "services: { base: { image: a, labels: { key: '" + secret + "' } } }\n",
      "context/Dockerfile": "FROM scratch\n",
      "context/a": secret,
    });
  });
  afterEach(() => [folder, outside].forEach((one) => one.remove()));

  /** Each kind of file that a compose file may name, and the file outside that it names. */
  const kinds: [string, string, (path: string) => string][] = [
    [
      "a config",
      "app.conf",
      (path) => `configs: { c: { file: '${path}' } }\nservices: { db: { image: a, configs: [c] } }`,
    ],
    [
      "a secret",
      "app.conf",
      (path) => `secrets: { c: { file: '${path}' } }\nservices: { db: { image: a, secrets: [c] } }`,
    ],
    ["an env_file", "app.env", (path) => `services: { db: { image: a, env_file: ['${path}'] } }`],
    [
      "an env_file that may be missing",
      "app.env",
      (path) => `services: { db: { image: a, env_file: [{ path: '${path}', required: false }] } }`,
    ],
    ["a label_file", "app.env", (path) => `services: { db: { image: a, label_file: ['${path}'] } }`],
    [
      "a file that is extended",
      "base.yaml",
      (path) => `services: { db: { extends: { file: '${path}', service: base } } }`,
    ],
    ["a file that is included", "base.yaml", (path) => `include: ['${path}']\nservices: { db: { image: a } }`],
    [
      "an env_file of an include",
      "app.env",
      (path) => `include: [{ path: own.yaml, env_file: '${path}' }]\nservices: { db: { image: a } }`,
    ],
    ["a build context", "context", (path) => `services: { db: { build: { context: '${path}' } } }`],
    [
      "a further build context",
      "context",
      (path) => `services: { db: { build: { context: web, additional_contexts: { more: '${path}' } } } }`,
    ],
    [
      "a Dockerfile",
      "context/Dockerfile",
      (path) =>
        `services: { db: { build: { context: web, dockerfile: '${path.startsWith("/") ? path : `../${path}`}' } } }`,
    ],
  ];
  const mount: [string, string, (path: string) => string][] = [
    ["a mounted file", "app.conf", (path) => `services: { db: { image: a, volumes: ['${path}:/a:ro'] } }`],
    ["a mounted folder", "context", (path) => `services: { db: { image: a, volumes: ['${path}:/a:ro'] } }`],
  ];
  const refused = async (text: string, pattern: RegExp): Promise<void> => {
    folder.write({ "compose.yaml": `${text}\n`, "own.yaml": "services: { own: { image: a } }\n" }).commit();
    await assert.rejects(read(), (error: Error) => {
      assert.match(error.message, pattern);
      assert.match(
        error.message,
        /outside of the git work tree \/\S+, and neither a release nor a stage takes anything from there: copy it into the project, /,
      );
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  };

  for (const [kind, file, text] of kinds) {
    it(`${kind} by an absolute path`, () =>
      refused(text(outside.at(file)), new RegExp(`${outside.at(file)} lies outside`)));
  }
  for (const [kind, file, text] of [...kinds, ...mount]) {
    it(`${kind} by ..`, () => refused(text(relative(folder.path, outside.at(file))), /\.\.\/\S+ lies outside/));
    it(`${kind} by a committed link`, () => {
      symlinkSync(outside.at(file), folder.at("linked"));
      return refused(text("./linked"), new RegExp(`linked leads to ${outside.at(file)}, outside`));
    });
    it(`${kind} by a committed link to a folder above it`, () => {
      symlinkSync(outside.path, folder.at("linked"));
      return refused(text(`./linked/${file}`), new RegExp(`linked/${file} leads to ${outside.at(file)}, outside`));
    });
  }

  it("a file in a mounted folder by a committed link", () => {
    folder.write({ "conf/a": "a" });
    symlinkSync(outside.at("app.conf"), folder.at("conf/b"));
    return refused("services: { db: { image: a, volumes: ['./conf:/a:ro'] } }", /conf\/b leads to/);
  });

  it("the .env beside the compose file", () => {
    symlinkSync(outside.at("app.env"), folder.at(".env"));
    return refused("services: { db: { image: a } }", /^\.env leads to/);
  });

  it("the ignore file of a build context", () => {
    rmSync(folder.at("web/.dockerignore"));
    symlinkSync(outside.at("app.conf"), folder.at("web/.dockerignore"));
    return refused("services: { db: { build: ./web } }", /The ignore file \S+web\/\.dockerignore leads to/);
  });

  it("and what lies elsewhere goes on as a link where links stay links: in a build context, and below what is much", async () => {
    folder.write({ "conf/a": "a".repeat(300_000) });
    for (const place of ["web/out", "conf/out"]) symlinkSync(outside.at("app.conf"), folder.at(place));
    folder.write({ "compose.yaml": "services: { db: { build: ./web, volumes: ['./conf:/a:ro'] } }\n" }).commit();
    const source = await read();
    assert.ok(!JSON.stringify(source).includes(Buffer.from(secret).toString("base64").slice(0, 20)));
  });

  it("and a folder of the machine is the machine's own", async () => {
    folder.write({ "compose.yaml": "services: { db: { image: a, volumes: ['/srv/data:/a'] } }\n" }).commit();
    assert.equal((await read()).dirty, false);
  });

  it("and the project may lie beside its application, links within the work tree among the way", async () => {
    folder.write({ "deploy/compose.yaml": "services: { db: { image: a, env_file: [../web.env, ../linked.env] } }\n" });
    symlinkSync("web.env", folder.at("linked.env"));
    folder.commit();
    const { files, dirty } = await read(folder.at("deploy"));
    assert.deepEqual([Object.keys(files), dirty], [["../linked.env", "../web.env", "compose.yaml"], false]);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProject, Settings, type Project } from "../../runner/settings";

/** Its secrets were made by Pulumi's CLI with the passphrase `test`. */
const written = `# What staging runs with.
encryptionsalt: v1:UAywW4dN9z0=:v1:iXi4CJR+6qcKSKCF:dSBBamPHR52dO13iS+0hJyB/gQ9hEA==
config:
  slipway:compose: apps/demo/compose.yaml # the application
  slipway:env:
    # The port that people reach.
    WEB_PORT: 8080
    TOKEN:
      secure: v1:XJxu/nGeBc13mOno:F4Caqkrx1q3KVTT9qTzK++Fh
  slipway:allowDirty: true
`;

let folder: string;

/** The settings of a stage, read anew. */
const staging = (): Settings => new Settings(projectOf(folder), "staging");
const file = (): string => readFileSync(join(folder, "Pulumi.staging.yaml"), "utf8");

/** A folder with settings for each test. */
function inAFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-settings-"));
    writeFileSync(join(folder, "Pulumi.staging.yaml"), written);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
}

function projectOf(folder: string): Project {
  return { name: "shop", folder, main: ".", env: {} };
}

describe("a stage's settings", () => {
  inAFolder();
  const { PULUMI_CONFIG_PASSPHRASE: passphrase } = process.env;
  before(() => (process.env["PULUMI_CONFIG_PASSPHRASE"] = "test"));
  after(() => {
    if (passphrase === undefined) delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    else process.env["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
  });

  it("are read by their paths, secrets laid open", () => {
    const settings = staging();
    assert.equal(settings.get("slipway:compose"), "apps/demo/compose.yaml");
    assert.equal(settings.get("slipway:env.WEB_PORT"), "8080");
    assert.equal(settings.get("slipway:env.TOKEN"), "s3");
    assert.equal(settings.get("slipway:env.OTHER"), undefined);
    assert.equal(settings.get("slipway:other.deep.down"), undefined);
  });

  it("keep their comments and their order when one is set or taken away", () => {
    const settings = staging();
    settings.set("slipway:env.WEB_PORT", "9090", false);
    settings.set("slipway:release", "v1a2b3c4-20261121-120000", false);
    settings.remove("slipway:allowDirty");
    settings.remove("slipway:never.was");
    assert.equal(
      file(),
      written.replace("8080", "9090").replace("slipway:allowDirty: true", "slipway:release: v1a2b3c4-20261121-120000"),
    );
  });

  it("are of the types that Pulumi gives them", () => {
    const settings = staging();
    const values = { A: "true", B: "12", C: "007", D: "1.5", E: "v1", F: "-5", G: "" };
    for (const [key, value] of Object.entries(values)) settings.set(`slipway:env.${key}`, value, false);
    const { env } = Object.fromEntries(
      Object.entries(staging().forProgram().values).map(([key, value]) => [key.replace("slipway:", ""), value]),
    );
    const { WEB_PORT: _port, TOKEN: _token, ...set } = JSON.parse(env ?? "{}") as Record<string, unknown>;
    assert.deepEqual(set, { A: true, B: 12, C: "007", D: "1.5", E: "v1", F: -5, G: "" });
  });

  it("are written encrypted where they are secret", () => {
    staging().set("slipway:env.PASSWORD", "planted-secret", true);
    assert.doesNotMatch(file(), /planted-secret/);
    assert.match(file(), /PASSWORD:\n\s+secure: v1:/);
    assert.equal(staging().get("slipway:env.PASSWORD"), "planted-secret");
  });

  it("go to the program as text, with the names of those that hold secrets", () => {
    assert.deepEqual(staging().forProgram(), {
      values: {
        "slipway:compose": "apps/demo/compose.yaml",
        "slipway:env": '{"WEB_PORT":8080,"TOKEN":"s3"}',
        "slipway:allowDirty": "true",
      },
      secrets: ["slipway:env"],
    });
  });

  it("are shown without their secrets", () => {
    assert.equal(staging().shown()["slipway:env"], '{"WEB_PORT":8080,"TOKEN":"[secret]"}');
  });

  it("begin with the first one that is set", () => {
    rmSync(join(folder, "Pulumi.staging.yaml"));
    assert.deepEqual(staging().forProgram(), { values: {}, secrets: [] });
    staging().set("slipway:env.TOKEN", "s3", true);
    staging().set("slipway:compose", "compose.yaml", false);
    assert.match(file(), /^encryptionsalt: v1:/m);
    assert.equal(staging().get("slipway:env.TOKEN"), "s3");
    assert.equal(staging().get("slipway:compose"), "compose.yaml");
  });

  it("may be an empty file", () => {
    for (const empty of ["", "config:\n", "{}\n", "config: {}\n"]) {
      writeFileSync(join(folder, "Pulumi.staging.yaml"), empty);
      assert.deepEqual(staging().forProgram(), { values: {}, secrets: [] }, JSON.stringify(empty));
      staging().set("slipway:env.WEB_PORT", "8080", false);
      assert.equal(staging().get("slipway:env.WEB_PORT"), "8080", JSON.stringify(empty));
    }
  });
});

describe("a project", () => {
  inAFolder();
  const project = (text: string): Project => {
    writeFileSync(join(folder, "Pulumi.yaml"), text);
    return readProject(folder);
  };

  it("is read with what the language host would be told", () => {
    const text = "name: shop\nmain: src\nruntime: { name: nodejs, options: { tsconfig: tsconfig.program.json } }\n";
    assert.deepEqual(project(text), {
      name: "shop",
      folder,
      main: "src",
      env: {
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.program.json",
      },
    });
    assert.equal(project("name: shop\nruntime: nodejs\n").main, ".");
  });

  it("is refused where it is not there, or is no program for Node.js", () => {
    assert.throws(() => readProject(folder), /There is no Pulumi.yaml in .*: run this in the project's folder\./);
    assert.throws(
      () => project("name: shop\nruntime: python\n"),
      /has the runtime python: the runner runs nodejs only/,
    );
  });
});

import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { IgnoreRules } from "../../release/ignoreFile";
import { isStackSettings, ownPlaces } from "../../release/ownPlaces";
import { Folder } from "./folder";

describe("Slipway's own places", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder().write({ "deploy/Pulumi.yaml": "name: shop\n" });
  });
  afterEach(() => folder.remove());

  /** Which of some paths of the project are own, and are left out of the context around it by the lines given for that. */
  const own = (paths: string[], env: NodeJS.ProcessEnv = {}): string[] => {
    const places = ownPlaces(folder.at("deploy"), { HOME: folder.at("home"), ...env });
    const rules = IgnoreRules.read(places.ignoreLines(folder.path).join("\n"));
    return paths.filter((path) => {
      const isOwn = places.isOwn(folder.at(path));
      assert.equal(rules.ignores(path), isOwn, `the lines for ${path}: ${places.ignoreLines(folder.path).join(", ")}`);
      return isOwn;
    });
  };

  it("are its folders in the project, and the stacks' settings there", () => {
    const places = [
      "deploy/.slipway",
      "deploy/.slipway/ssh/shop/key",
      "deploy/.slipway-runner/staging.json",
      "deploy/.pulumi-state/passphrase",
      "deploy/Pulumi.staging.yaml",
      "deploy/Pulumi.eu.production.yml",
    ];
    const others = [
      ".slipway/x",
      "deploy/.slipway-other",
      "deploy/Pulumi.yaml",
      "Pulumi.staging.yaml",
      "deploy/sub/Pulumi.a.yaml",
    ];
    assert.deepEqual(own([...places, ...others]), places);
  });

  it("are left out whatever the lines before bring back", () => {
    const lines = ownPlaces(folder.at("deploy"), { HOME: folder.at("home") }).ignoreLines(folder.path);
    for (const before of [
      "*\n!deploy/.slipway/**",
      "**\n!**/key",
      "!**",
      "deploy\n!deploy/.slipway/a/key",
      "*\n!deploy",
      "!**/*",
    ]) {
      const rules = IgnoreRules.read([before, ...lines].join("\n"));
      for (const path of [
        "deploy/.slipway/a/key",
        "deploy/.slipway/key",
        "deploy/.pulumi-state/key",
        "deploy/Pulumi.a.yaml",
      ]) {
        assert.equal(rules.ignores(path), true, `${before}: ${path}`);
      }
    }
  });

  it("are settings where the project file says that they are", () => {
    folder.write({ "deploy/Pulumi.yaml": "name: shop\nstackConfigDir: stages\n" });
    assert.deepEqual(own(["deploy/stages/Pulumi.a.yaml", "deploy/Pulumi.a.yaml"]), ["deploy/stages/Pulumi.a.yaml"]);
  });

  it("are the state of Pulumi's file backend, however it is told, as a whole where it has a folder of its own", () => {
    const paths = ["deploy/state/passphrase", "deploy/state/.pulumi/x", "deploy/.pulumi/x", "deploy/x"];
    assert.deepEqual(own(paths, { PULUMI_BACKEND_URL: "file://./state" }), paths.slice(0, 2));
    assert.deepEqual(own(paths, { PULUMI_BACKEND_URL: `file://${folder.at("deploy/state")}?a=b` }), paths.slice(0, 2));
    assert.deepEqual(own(paths, { PULUMI_BACKEND_URL: "file://." }), ["deploy/.pulumi/x"]);
    assert.deepEqual(own(paths, { PULUMI_BACKEND_URL: "s3://bucket" }), []);
    assert.deepEqual(own(paths, { PULUMI_BACKEND_URL: "file://%" }), []);
    folder.write({ "deploy/Pulumi.yaml": "name: shop\nbackend: { url: file://./state }\n" });
    assert.deepEqual(own(paths), paths.slice(0, 2));
    folder.write({
      "deploy/Pulumi.yaml": "name: [\n",
      "home/.pulumi/credentials.json": JSON.stringify({ current: `file://${folder.at("deploy/state")}` }),
    });
    assert.deepEqual(own(paths), paths.slice(0, 2));
  });

  it("are the embedded runner's state, the file with the passphrase, and Pulumi's own home", () => {
    folder.write({ "deploy/r/x": "", "deploy/secret.txt": "", "deploy/p/credentials.json": "{}" });
    const env = {
      SLIPWAY_RUNNER_STATE: "r",
      PULUMI_CONFIG_PASSPHRASE_FILE: folder.at("deploy/secret.txt"),
      PULUMI_HOME: "p",
    };
    const paths = ["deploy/r/x", "deploy/secret.txt", "deploy/p/credentials.json"];
    assert.deepEqual(own([...paths, "deploy/secret.txt.md"], env), paths);
  });

  it("are both a link and what it leads to", () => {
    folder.write({ "states/a": "" });
    symlinkSync("../states", folder.at("deploy/.pulumi-state"));
    assert.deepEqual(own(["deploy/.pulumi-state", "states/a", "state"]), ["deploy/.pulumi-state", "states/a"]);
  });

  it("need no line in a context that none of them can lie in", () => {
    assert.deepEqual(
      ownPlaces(folder.at("deploy"), { HOME: folder.at("home") }).ignoreLines(folder.at("deploy/web")),
      [],
    );
  });
});

describe("stack settings", () => {
  it("are Pulumi.<stack>.yaml, and not the project's own file", () => {
    const files = [
      "Pulumi.staging.yaml",
      "Pulumi.a.b.yml",
      "Pulumi.yaml",
      "MyPulumi.staging.yaml",
      "Pulumi.staging.yaml.bak",
    ];
    assert.deepEqual(files.filter(isStackSettings), ["Pulumi.staging.yaml", "Pulumi.a.b.yml"]);
  });
});

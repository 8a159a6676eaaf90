import assert from "node:assert/strict";
import { join } from "node:path";
import { backupIdentity } from "../../backup/age/keys";
import { stageIdentities } from "../../backup/keyFile";
import { secret } from "../../runner/resource";
import { readProject, Settings } from "../../runner/settings";
import { Stage } from "../../runner/stage";
import { State } from "../../runner/state";
import { Folder } from "../release/folder";
import { resource, urn } from "./requests";

describe("the key that slipway-runner tells", () => {
  const folder = new Folder();
  const passphrase = process.env["PULUMI_CONFIG_PASSPHRASE"];

  before(() => {
    folder.write({ "Pulumi.yaml": "name: shop\nruntime: nodejs\n" });
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "any";
  });

  after(() => {
    folder.remove();
    if (passphrase === undefined) delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    else process.env["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
  });

  it("is read from the stage's state, where it is a secret; a stage that never came up has none", () => {
    const project = readProject(folder.path);
    const stage = new Stage(project, "staging", folder.at("states"));
    assert.equal(stage.key, undefined);
    const states = join(folder.at("states"), "shop");
    const made = resource("app-key-step", {}, { outputs: { stdout: secret(JSON.stringify({ privateKey: "one" })) } });
    const type = "slipway:stage:Stage$slipway:release:SigningKey$command:local:Command";
    State.of(states, "staging", new Settings(project, "staging").cipher).put({
      ...made,
      urn: urn("app-key-step", type),
    });
    const found = new Stage(project, "staging", folder.at("states")).key ?? assert.fail();
    assert.deepEqual(stageIdentities(found), [backupIdentity("one")]);
  });
});

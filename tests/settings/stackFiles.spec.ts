import assert from "node:assert/strict";
import { settingsFiles, settingsOf } from "../../settings/stackFiles";
import { Folder } from "../release/folder";

describe("the settings files of a project", () => {
  const folder = (files: Record<string, string>): string => new Folder().write(files).path;

  it("give the settings of one stack, by either ending", () => {
    const at = folder({
      "Pulumi.staging.yaml": "config:\n  slipway:watch: 3\n",
      "Pulumi.production.yml": "config:\n  slipway:watch: 4\n",
    });
    assert.deepEqual(settingsOf(at, "staging"), { "slipway:watch": 3 });
    assert.deepEqual(settingsOf(at, "production"), { "slipway:watch": 4 });
  });

  it("give none where there is no file, or nothing in it", () => {
    const at = folder({ "Pulumi.staging.yaml": "", "Pulumi.test.yaml": "encryptionsalt: v1\n" });
    assert.deepEqual([settingsOf(at, "staging"), settingsOf(at, "test"), settingsOf(at, "none")], [{}, {}, {}]);
  });

  it("are said to be broken to who asks for one, and left out where all are looked at", () => {
    const at = folder({ "Pulumi.staging.yaml": "config: {\n", "Pulumi.test.yaml": "config: {}\n" });
    assert.throws(() => settingsOf(at, "staging"), /Pulumi\.staging\.yaml cannot be read: .* at line 2/);
    assert.deepEqual(settingsFiles(at), { staging: {}, test: {} });
  });
});

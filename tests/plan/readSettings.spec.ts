import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "../../plan/readSettings";
import { Folder } from "../release/folder";

const compose = 'services:\n  web: { image: "web:${TAG:?say which}", pid: host, labels: { a: "${TOKEN:-}" } }\n';

/** What reading the settings of a stage ends with, line by line. */
async function said(config: Record<string, string>, secrets: string[] = []): Promise<string[]> {
  const before = process.cwd();
  using folder = new Folder().write({ "compose.yaml": compose });
  process.chdir(folder.commit().path);
  pulumi.runtime.setAllConfig(config, secrets);
  await pulumi.runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) },
    "shop",
    "staging",
    false,
    "organization",
  );
  try {
    readSettings(folder.path);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  } finally {
    pulumi.runtime.setAllConfig({});
    process.chdir(before);
  }
}

describe("settings that are wrong", () => {
  it("are told with what is wrong with the compose files", async () => {
    const lines = await said({ "slipway:compose": "compose.yaml", "slipway:watch": "long", "slipway:retain": "3" });
    assert.equal(lines.length, 4, lines.join("\n"));
    assert.match(lines[0] ?? "", /^slipway:watch must be/);
    assert.match(lines[1] ?? "", /^slipway:retain is not a setting/);
    assert.match(lines[2] ?? "", /^compose\.yaml:2:10: services\.web\.image: .*say which/);
    assert.match(lines[3] ?? "", /^compose\.yaml:2:42: services\.web\.pid: /);
  });

  it("are told alone where what the files say depends on them", async () => {
    const lines = await said({ "slipway:compose": "compose.yaml", "slipway:env": '{"TAG":["7"]}' });
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", /^slipway:env\.TAG must be/);
  });

  it("tell no secret of the files", async () => {
    const env = JSON.stringify({ TAG: "7", TOKEN: "planted" });
    const lines = await said({ "slipway:compose": "compose.yaml", "slipway:watch": "long", "slipway:env": env }, [
      "slipway:env",
    ]);
    assert.ok(!lines.join().includes("planted"), lines.join("\n"));
    assert.match(lines.join("\n"), /services\.web\.pid/);
  });
});

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { format } from "prettier";
import { editorSchema, settingsSchema, type Node } from "../../setup/settings/editorSchema";
import { settingsPage } from "../../setup/settings/page";
import { root } from "./steps";

const made = [
  ["docs/settings.md", settingsPage],
  ["settings/stage.schema.json", () => JSON.stringify(editorSchema())],
] as const;

describe("what is made from the settings' schema", () => {
  for (const [path, make] of made) {
    it(`is ${path} as it is`, async () => {
      const file = join(root, path);
      const text = await format(make(), { filepath: file, printWidth: 120 });
      if (process.env["UPDATE_SETTINGS_PAGE"]) writeFileSync(file, text);
      assert.equal(readFileSync(file, "utf8"), text, `${path} is out of date: UPDATE_SETTINGS_PAGE=1 makes it anew`);
    });
  }

  it("says of each field what it is", () => {
    const silent = (path: string, node: Node): string[] => {
      const inner = [
        ...Object.entries(node.properties ?? {}).map(([name, each]) => [`${path}.${name}`, each] as const),
        ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.items ? [node.items] : [])].map(
          (each) => [path, each] as const,
        ),
      ];
      const own = Object.entries(node.properties ?? {}).filter(([name, each]) => name !== "kind" && !each.description);
      return [...own.map(([name]) => `${path}.${name}`), ...inner.flatMap(([name, each]) => silent(name, each))];
    };
    assert.deepEqual(silent("slipway", settingsSchema()), []);
  });
});

describe("an editor's schema of a settings file", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const check = ajv.compile(editorSchema());
  const takes = (config: object): boolean => check({ encryptionsalt: "v1:a", config });

  it("takes what the program takes", () => {
    assert.ok(
      takes({
        "slipway:compose": ["compose.yaml", "more.yaml"],
        "slipway:machine": {
          kind: "ssh",
          host: "shop.example.com",
          hostKey: "ssh-ed25519 AAAA",
          key: { secure: "v1:x" },
        },
        "slipway:registry": { kind: "existing", address: "registry.example.com/team", password: { secure: "v1:x" } },
        "slipway:env": { WEB_PORT: 8080, DB_PASSWORD: { secure: "v1:x" } },
        "slipway:checks": [{ service: "web", path: "/health" }, { run: "smoke" }],
        "slipway:watch": "10",
        "slipway:allowDirty": true,
        "gcp:project": "of somebody else's",
      }),
      ajv.errorsText(check.errors),
    );
  });

  it("refuses what it does not", () => {
    for (const wrong of [
      { "slipway:machine": { kind: "sssh", host: "a" } },
      { "slipway:machine": { kind: "ssh", host: "a", hostkey: "b" } },
      { "slipway:checks": [{ service: "web", url: "/" }] },
      { "slipway:allowDirty": "perhaps" },
    ]) {
      assert.ok(!takes(wrong), JSON.stringify(wrong));
    }
  });
});

import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import { SettingsError } from "../../settings/problems";

const registry = (settings: unknown) => checkSettings({ compose: "compose.yaml", registry: settings }).registry;
const google = { kind: "artifact-registry", project: "shop-1234", location: "europe-west3" };
const azure = { kind: "acr", name: "shopreleases", location: "westeurope" };

describe("the settings of a cloud's registry", () => {
  it("fill in what is left open", () => {
    assert.deepEqual(registry(google), { ...google, mirrors: {} });
    assert.deepEqual(registry({ ...azure, name: "ShopReleases" }), { ...azure, sku: "Basic", mirrors: {} });
  });

  const refused: [string, unknown, string][] = [
    [
      "no project",
      { ...google, project: undefined },
      "slipway:registry.project must be the id of a Google Cloud project, such as shop-prod-1234; it is not set.",
    ],
    [
      "a project's number",
      { ...google, project: "1234" },
      'slipway:registry.project must be the id of a Google Cloud project, such as shop-prod-1234; found "1234".',
    ],
    [
      "a zone",
      { ...google, location: "europe-west3-a" },
      'slipway:registry.location must be a region or multi-region of Artifact Registry, such as europe-west3 or europe; found "europe-west3-a".',
    ],
    [
      "a repository's name with capitals",
      { ...google, repository: "Shop" },
      'slipway:registry.repository must be a repository\'s name: lower-case letters, digits and hyphens; found "Shop".',
    ],
    [
      "a misspelt word",
      { ...google, repo: "shop" },
      "slipway:registry.repo is not a setting: known are kind, project, location, repository, mirrors.",
    ],
    [
      "a registry's name with a hyphen",
      { ...azure, name: "shop-releases" },
      'slipway:registry.name must be a registry\'s name: 5 to 50 letters and digits; found "shop-releases".',
    ],
    [
      "a region with blanks",
      { ...azure, location: "West Europe" },
      'slipway:registry.location must be a region of Azure, such as westeurope; found "West Europe".',
    ],
    [
      "no region",
      { ...azure, location: undefined },
      "slipway:registry.location must be a region of Azure, such as westeurope; it is not set.",
    ],
    [
      "a price that there is not",
      { ...azure, sku: "Free" },
      'slipway:registry.sku must be Basic, Standard or Premium; found "Free".',
    ],
    [
      "a kind that there is not",
      { kind: "ecr" },
      'slipway:registry.kind must be { kind: local }, { kind: existing, address: … }, { kind: artifact-registry, project: …, location: … } or { kind: acr, name: …, location: … }; found "ecr".',
    ],
  ];

  for (const [what, settings, sentence] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(
        () => registry(settings),
        (error: Error) => {
          assert.ok(error instanceof SettingsError);
          assert.equal(error.message, sentence);
          return true;
        },
      );
    });
  }
});

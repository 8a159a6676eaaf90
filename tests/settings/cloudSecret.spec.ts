import assert from "node:assert/strict";
import { cloudSecret } from "../../settings/cloudSecret";

describe("a value that names a secret in a cloud", () => {
  it("names one of Secret Manager, in the whole or of the stage's own project", () => {
    const named = { kind: "gcp", project: "shop-prod", secret: "db_password", version: "latest" };
    assert.deepEqual(cloudSecret("gcp-secret://projects/shop-prod/secrets/db_password/versions/latest"), named);
    assert.deepEqual(cloudSecret("gcp-secret://projects/shop-prod/secrets/db_password"), named);
    assert.deepEqual(cloudSecret("gcp-secret://projects/1234/secrets/key/versions/7"), {
      kind: "gcp",
      project: "1234",
      secret: "key",
      version: "7",
    });
    assert.deepEqual(cloudSecret("gcp-secret://key"), {
      kind: "gcp",
      project: undefined,
      secret: "key",
      version: "latest",
    });
    assert.equal((cloudSecret("gcp-secret://key/versions/3") as { version: string }).version, "3");
  });

  it("names one of a Key Vault, by the vault's name or with its host", () => {
    const named = { kind: "azure", host: "shop-prod.vault.azure.net", secret: "db-password", version: undefined };
    assert.deepEqual(cloudSecret("azure-secret://shop-prod/db-password"), named);
    assert.deepEqual(cloudSecret("azure-secret://Shop-prod.vault.azure.net/db-password"), named);
    assert.deepEqual(cloudSecret("azure-secret://shop/key/0a1b2c"), {
      kind: "azure",
      host: "shop.vault.azure.net",
      secret: "key",
      version: "0a1b2c",
    });
    assert.equal(
      (cloudSecret("azure-secret://shop.vault.azure.cn/key") as { host: string }).host,
      "shop.vault.azure.cn",
    );
  });

  it("is only itself otherwise", () => {
    for (const value of ["", "plain", "postgres://db/shop", "see gcp-secret://key", "azure-secret:key"]) {
      assert.equal(cloudSecret(value), undefined, value);
    }
  });

  for (const value of [
    "gcp-secret://",
    "gcp-secret://projects/shop/secrets/",
    "gcp-secret://projects/shop/secrets/key/versions/0",
    "gcp-secret://projects/shop/locations/europe-west3/secrets/key",
    "gcp-secret://shop/key",
    "gcp-secret://key with blanks",
    "gcp-secret://key\n",
  ]) {
    it(`is refused as ${JSON.stringify(value)}`, () => {
      assert.throws(() => cloudSecret(value), /^Error: write gcp-secret:\/\/projects\/<project>\/secrets\/<secret>/);
    });
  }

  for (const value of [
    "azure-secret://",
    "azure-secret://shop",
    "azure-secret://shop/",
    "azure-secret://shop/under_score",
    "azure-secret://shop.example.com/key",
    "azure-secret://shop.vault.azure.net.example.com/key",
    "azure-secret://127.0.0.1/key",
    "azure-secret://shop/key/version/more",
  ]) {
    it(`is refused as ${value}: a token goes to Azure's vaults only`, () => {
      assert.throws(() => cloudSecret(value), /^Error: write azure-secret:\/\/<vault>\/<secret>/);
    });
  }
});

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { withCloudSecrets } from "../../secrets/cloud";
import { readSecret as readKeyVault, type Fetch } from "../../clouds/azure/secrets";
import type { KeyVaultSecret, SecretManagerSecret } from "../../settings/cloudSecret";
import { readSecret as readSecretManager } from "../../clouds/gcp/secrets";
import { checkSettings } from "../../settings/settings";
import type { Inputs } from "../components/engine";

/** What a program asks of the providers' functions, which answer as a test wants. */
async function calls(answer: (args: Inputs) => Inputs): Promise<[string, Inputs][]> {
  const asked: [string, Inputs][] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Inputs }),
    call: ({ token, inputs }) => {
      asked.push([token, inputs as Inputs]);
      return answer(inputs as Inputs);
    },
  });
  return asked;
}

/** An error as the engine tells it. */
const failing = (details: string) => (): never => {
  throw Object.assign(new Error(details), { details });
};

const ofProject: SecretManagerSecret = { kind: "gcp", project: "shop", secret: "db", version: "latest" };

describe("a secret of Secret Manager", () => {
  it("is read with the provider's own function, which needs the right to read it alone", async () => {
    const asked = await calls(() => ({ secretData: "s3cret\n" }));
    assert.equal(await readSecretManager(ofProject), "s3cret\n");
    await readSecretManager({ kind: "gcp", secret: "db", version: "7" });
    const token = "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess";
    assert.deepEqual(asked, [
      [token, { project: "shop", secret: "db" }],
      [token, { secret: "db", version: "7" }],
    ]);
  });

  const access = "error retrieving available secret manager secret version access: googleapi: Error";
  const troubles: [string, string, string][] = [
    [
      "is not there",
      `${access} 404: Secret [projects/123/secrets/db] not found or has no versions.`,
      "there is no version latest of the secret db of the project shop: correct the name, or make it with gcloud secrets create db --project shop --data-file=-",
    ],
    [
      "may not be read",
      `${access} 403: Permission 'secretmanager.versions.access' denied for resource 'projects/shop/secrets/db/versions/latest' (or it may not exist).`,
      "whoever runs pulumi may not read the secret db of the project shop, or there is none of that name: grant them the role roles/secretmanager.secretAccessor on it, or correct the name",
    ],
    [
      "is of a project that does not use Secret Manager",
      `${access} 403: Secret Manager API has not been used in project 123 before or it is disabled. Enable it by visiting https://console.developers.google.com/`,
      "the project's Secret Manager is not turned on: run gcloud services enable secretmanager.googleapis.com --project shop",
    ],
    [
      "is destroyed",
      `${access} 400: Secret Version [projects/123/secrets/db/versions/4] is in DESTROYED state.`,
      "the version latest of the secret db of the project shop is disabled or destroyed: name another one, or add one with gcloud secrets versions add db --project shop --data-file=-",
    ],
    [
      "is asked for by nobody",
      "invocation of gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess returned an error: google: could not find default credentials. See https://cloud.google.com/docs/authentication/external/set-up-adc for more information",
      "nobody is logged in to Google Cloud here: run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS",
    ],
    [
      "fails in a way of its own",
      'Get "https://secretmanager.googleapis.com/…": dial tcp:\n  connect: no route to host.',
      'Secret Manager cannot be asked: Get "https://secretmanager.googleapis.com/…": dial tcp: connect: no route to host',
    ],
  ];

  for (const [what, told, sentence] of troubles) {
    it(`that ${what} is told in a sentence`, async () => {
      await calls(failing(told));
      await assert.rejects(readSecretManager(ofProject), { message: sentence });
    });
  }
});

const ofVault: KeyVaultSecret = { kind: "azure", host: "shop.vault.azure.net", secret: "db" };

describe("a secret of a Key Vault", () => {
  /** A vault that answers as a test wants. */
  const vault = (status: number, body: unknown, requests: [string, Record<string, string>][] = []): Fetch => {
    return async (url, { headers }) => {
      requests.push([url, headers]);
      return new Response(JSON.stringify(body), { status });
    };
  };

  it("is read with a token of the provider's, for the vault's own cloud", async () => {
    const asked = await calls(() => ({ token: "t0ken" }));
    const requests: [string, Record<string, string>][] = [];
    const ask = vault(200, { value: "s3cret", id: "…" }, requests);
    assert.equal(await readKeyVault(ofVault, ask), "s3cret");
    assert.equal(await readKeyVault({ ...ofVault, host: "shop.vault.azure.cn", version: "0a1b" }, ask), "s3cret");
    const token = "azure-native:authorization:getClientToken";
    assert.deepEqual(asked, [
      [token, { endpoint: "https://vault.azure.net" }],
      [token, { endpoint: "https://vault.azure.cn" }],
    ]);
    const headers = { authorization: "Bearer t0ken", accept: "application/json" };
    assert.deepEqual(requests, [
      ["https://shop.vault.azure.net/secrets/db?api-version=7.4", headers],
      ["https://shop.vault.azure.cn/secrets/db/0a1b?api-version=7.4", headers],
    ]);
  });

  const forbidden = (inner: string) => ({ error: { code: "Forbidden", message: "No.", innererror: { code: inner } } });
  const troubles: [string, Fetch, string][] = [
    [
      "is not there",
      vault(404, { error: { code: "SecretNotFound", message: "A secret with (name/id) db was not found." } }),
      "there is no secret db in the vault shop: correct the name, or make it with az keyvault secret set --vault-name shop --name db --file <file>",
    ],
    [
      "is of a vault that there is not",
      async () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } })),
      "there is no vault shop.vault.azure.net: correct its name",
    ],
    [
      "is of a vault that does not answer",
      async () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })),
      "the vault shop.vault.azure.net does not answer (ECONNREFUSED): look at the network, and at the vault's firewall",
    ],
    [
      "may not be read",
      vault(403, forbidden("ForbiddenByRbac")),
      "whoever runs pulumi may not read the secret db of the vault shop: grant them the role Key Vault Secrets User on it, or, in a vault with access policies, the permission get on secrets",
    ],
    [
      "is disabled",
      vault(403, forbidden("SecretDisabled")),
      "the secret db of the vault shop is disabled: enable it with az keyvault secret set-attributes --vault-name shop --name db --enabled true",
    ],
    [
      "is behind a firewall",
      vault(403, forbidden("ForbiddenByFirewall")),
      "the vault shop lets nobody in from here: add this machine's address with az keyvault network-rule add --name shop --ip-address <address>",
    ],
    [
      "is of another directory",
      vault(401, { error: { code: "Unauthorized", message: "AKV10032: Invalid issuer." } }),
      "the vault shop does not take the login: log in with az login in the directory (tenant) that it belongs to",
    ],
    [
      "fails in a way of its own",
      vault(503, { error: { message: "Busy,\n try again." } }),
      "the vault shop answers with status 503 and says: Busy, try again",
    ],
  ];

  for (const [what, ask, sentence] of troubles) {
    it(`that ${what} is told in a sentence`, async () => {
      await calls(() => ({ token: "t0ken" }));
      await assert.rejects(readKeyVault(ofVault, ask), (error: Error) => {
        assert.equal(error.message, sentence);
        assert.ok(!error.message.includes("t0ken"));
        return true;
      });
    });
  }

  it("that nobody may ask for is told in a sentence", async () => {
    await calls(failing("getting auth config: Azure CLI is not logged in."));
    await assert.rejects(readKeyVault(ofVault, vault(200, { value: "s3cret" })), {
      message:
        "nobody is logged in to Azure here: run az login, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID (Pulumi says: getting auth config: Azure CLI is not logged in)",
    });
  });
});

describe("settings with secrets in a cloud", () => {
  const settings = (env: Record<string, string>, more: object = {}) => ({
    ...checkSettings({ compose: "compose.yaml", env, ...more }),
    secretEnv: ["OWN"],
  });
  const found: string[] = [];
  const readers = {
    gcp: async ({ project, secret, version }: SecretManagerSecret) => {
      found.push(`${project ?? "-"}/${secret}/${version}`);
      return `gcp-${secret}`;
    },
    azure: async ({ host, secret }: KeyVaultSecret) => {
      found.push(`${host}/${secret}`);
      return `azure-${secret}`;
    },
  };

  it("hold their values, as secrets; each is asked for once", async () => {
    found.length = 0;
    const env = {
      PORT: "8080",
      OWN: "own",
      DB: "gcp-secret://projects/shop/secrets/db/versions/3",
      AGAIN: "gcp-secret://projects/shop/secrets/db/versions/3",
      KEY: "azure-secret://vault/key",
    };
    const { env: filled, secretEnv } = await withCloudSecrets(settings(env), readers);
    assert.deepEqual(filled, { PORT: "8080", OWN: "own", DB: "gcp-db", AGAIN: "gcp-db", KEY: "azure-key" });
    assert.deepEqual(secretEnv, ["OWN", "DB", "AGAIN", "KEY"]);
    assert.deepEqual(found, ["shop/db/3", "vault.vault.azure.net/key"]);
  });

  it("without any are as they were, and nobody is asked", async () => {
    found.length = 0;
    const given = settings({ PORT: "8080", OWN: "own" });
    assert.deepEqual(await withCloudSecrets(given, readers), given);
    assert.deepEqual(found, []);
  });

  it("may have the tunnel's token there", async () => {
    found.length = 0;
    const behind = (token: string) =>
      withCloudSecrets(settings({}, { tunnel: { kind: "token", token, hostnames: "app.example.com" } }), readers);
    const { tunnel } = await behind("gcp-secret://projects/shop/secrets/tunnel");
    assert.ok(tunnel?.kind === "token" && tunnel.token === "gcp-tunnel");
    assert.deepEqual(found, ["shop/tunnel/latest"]);
    await assert.rejects(behind("gcp-secret://a b"), /^Error: slipway:tunnel\.token is gcp-secret:\/\/…: write gcp-/);
    const { tunnel: own } = await behind("t0ken");
    assert.ok(own?.kind === "token" && own.token === "t0ken");
  });

  it("leave the project to the provider where the stage has none", async () => {
    found.length = 0;
    await withCloudSecrets(settings({ DB: "gcp-secret://db" }), readers);
    assert.deepEqual(found, ["-/db/latest"]);
  });

  it("are refused with a line for each that cannot be read, and without what is secret", async () => {
    const env = { A: "gcp-secret://a b", B: "azure-secret://vault/b", OWN: "azure-secret://hidden-vault" };
    const azure = async (): Promise<never> => Promise.reject(new Error("there is no such secret: make it"));
    await assert.rejects(withCloudSecrets(settings(env), { ...readers, azure }), (error: Error) => {
      const lines = error.message.split("\n").sort();
      assert.equal(lines.length, 3);
      assert.match(lines[0] ?? "", /^slipway:env\.A is gcp-secret:\/\/a b: write gcp-secret:\/\/projects\/.*\.$/);
      assert.equal(lines[1], "slipway:env.B is azure-secret://vault/b: there is no such secret: make it.");
      assert.match(lines[2] ?? "", /^slipway:env\.OWN is azure-secret:\/\/…: write azure-secret:/);
      return true;
    });
  });
});

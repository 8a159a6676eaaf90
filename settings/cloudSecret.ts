/** A value that is kept in Google's Secret Manager. */
export interface SecretManagerSecret {
  kind: "gcp";
  /** Undefined: the project of the stage's settings, or the provider's. */
  project?: string;
  secret: string;
  /** A number, or `latest`. */
  version: string;
}

/** A value that is kept in an Azure Key Vault. */
export interface KeyVaultSecret {
  kind: "azure";
  /** The vault's host, such as `shop.vault.azure.net`. */
  host: string;
  secret: string;
  /** Undefined: the newest. */
  version?: string;
}

/** A value of the settings that a cloud keeps as a secret. */
export type CloudSecret = SecretManagerSecret | KeyVaultSecret;

/**
 * The hosts of vaults in Azure's clouds
 * (https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates, "Vault name and Object name").
 * A token is sent to these alone.
 */
const vaultDomains = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];

/**
 * Reads a value of `slipway:env` that may name a secret in a cloud.
 *
 * @returns undefined where the value names none
 * @throws Error saying how such a name is written, where it is written wrongly
 */
export function cloudSecret(value: string): CloudSecret | undefined {
  const [scheme, rest] = value.split("://", 2);
  if (rest !== undefined && scheme === "gcp-secret") return secretManagerSecret(value.slice("gcp-secret://".length));
  if (rest !== undefined && scheme === "azure-secret") return keyVaultSecret(value.slice("azure-secret://".length));
  return undefined;
}

/** Whether a value is meant to name a secret in a cloud, be it well-formed or not. */
export function isKeptInCloud(value: string): boolean {
  return /^(gcp|azure)-secret:\/\//.test(value);
}

/**
 * The form that the API gives to names
 * (https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access).
 */
function secretManagerSecret(path: string): SecretManagerSecret {
  const long = /^(?:projects\/(?<project>[a-z0-9:.-]+)\/secrets\/)?(?<secret>[A-Za-z0-9_-]{1,255})/;
  const match = new RegExp(`${long.source}(?:/versions/(?<version>latest|[1-9][0-9]*))?$`).exec(path);
  const { project, secret, version = "latest" } = match?.groups ?? {};
  if (secret === undefined) {
    throw new Error(
      "write gcp-secret://projects/<project>/secrets/<secret>/versions/latest, or gcp-secret://<secret> for one of the stage's own project",
    );
  }
  return { kind: "gcp", project, secret, version };
}

/**
 * The form that the API gives to names (https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret).
 */
function keyVaultSecret(path: string): KeyVaultSecret {
  const match = /^([A-Za-z][A-Za-z0-9-]{2,23})(?:\.([a-z.]+))?\/([A-Za-z0-9-]{1,127})(?:\/([A-Za-z0-9]+))?$/.exec(path);
  const [, vault, domain = "vault.azure.net", secret, version] = match ?? [];
  if (vault === undefined || secret === undefined || !vaultDomains.includes(domain)) {
    throw new Error(
      `write azure-secret://<vault>/<secret> or azure-secret://<vault>/<secret>/<version>, the vault by its name or with its host, which ends with ${vaultDomains.join(" or ")}`,
    );
  }
  return { kind: "azure", host: `${vault.toLowerCase()}.${domain}`, secret, version };
}

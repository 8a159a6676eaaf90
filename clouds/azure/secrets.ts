import { type KeyVaultSecret, quoted } from "slipway/cloud";

/** The version of Key Vault's API that is spoken. */
const api = "7.4";

/** How long, in milliseconds, a vault may take to answer. */
const patience = 30_000;

/** Asks over HTTPS; the tests have one of their own. */
export type Fetch = (url: string, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>;

/**
 * The value of a secret in an Azure Key Vault. Pulumi's provider does not tell values (`keyvault.getSecret` leaves them out), but
 * lends its login: with a token of it the vault is asked directly, as Microsoft's documentation of that function says.
 *
 * @throws Error saying why it cannot be read and what to do
 */
export async function readSecret(wanted: KeyVaultSecret, ask: Fetch = fetch): Promise<string> {
  const { host, secret, version } = wanted;
  const headers = { authorization: `Bearer ${await tokenFor(host)}`, accept: "application/json" };
  const url = `https://${host}/secrets/${secret}${version === undefined ? "" : `/${version}`}?api-version=${api}`;
  const response = await ask(url, { headers, signal: AbortSignal.timeout(patience) }).catch((error: Error) => {
    throw new Error(unreachable(host, error), { cause: error });
  });
  const answer = (await response.json().catch(() => ({}))) as Answer;
  if (!response.ok || typeof answer.value !== "string") {
    throw new Error(explained(response.status, answer, wanted));
  }
  return answer.value;
}

interface Answer {
  value?: unknown;
  error?: { code?: string; message?: string; innererror?: { code?: string } };
}

/** The audience is the domain of the vault's cloud. */
async function tokenFor(host: string): Promise<string> {
  // The one file: the module's index would load them all.
  const { getClientToken } = await import("@pulumi/azure-native/authorization/getClientToken.js");
  try {
    const { token } = await getClientToken({ endpoint: `https://${host.slice(host.indexOf(".") + 1)}` });
    return token;
  } catch (error) {
    const message = quoted((error as Error).message);
    throw new Error(
      `nobody is logged in to Azure here: run az login, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID (Pulumi says: ${message})`,
      { cause: error },
    );
  }
}

function unreachable(host: string, error: Error): string {
  const code = (error.cause as { code?: string } | undefined)?.code;
  return code === "ENOTFOUND"
    ? `there is no vault ${host}: correct its name`
    : `the vault ${host} does not answer (${code ?? error.message}): look at the network, and at the vault's firewall`;
}

/** The codes are those of Key Vault's documentation (https://learn.microsoft.com/azure/key-vault/general/rest-error-codes). */
function explained(status: number, { error = {} }: Answer, { host, secret, version }: KeyVaultSecret): string {
  const vault = host.split(".")[0] ?? host;
  const inner = error.innererror?.code ?? "";
  if (status === 404) {
    const what = version === undefined ? `secret ${secret}` : `version ${version} of the secret ${secret}`;
    return `there is no ${what} in the vault ${vault}: correct the name, or make it with az keyvault secret set --vault-name ${vault} --name ${secret} --file <file>`;
  }
  if (/SecretDisabled/.test(inner)) {
    return `the secret ${secret} of the vault ${vault} is disabled: enable it with az keyvault secret set-attributes --vault-name ${vault} --name ${secret} --enabled true`;
  }
  if (/Firewall|Connection/.test(inner)) {
    return `the vault ${vault} lets nobody in from here: add this machine's address with az keyvault network-rule add --name ${vault} --ip-address <address>`;
  }
  if (status === 403) {
    return `whoever runs pulumi may not read the secret ${secret} of the vault ${vault}: grant them the role Key Vault Secrets User on it, or, in a vault with access policies, the permission get on secrets`;
  }
  if (status === 401) {
    return `the vault ${vault} does not take the login: log in with az login in the directory (tenant) that it belongs to`;
  }
  const said = quoted(error.message ?? "nothing else");
  return `the vault ${vault} answers with status ${status} and says: ${said}`;
}

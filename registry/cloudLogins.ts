import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Login } from "../settings/registryPlan";

/** The cloud that keeps a registry. */
interface Cloud {
  hosts: RegExp;
  /** The command by which a person logs in. */
  login(host: string): string;
  /** The roles that allow a person to read, and to write. */
  roles: string;
  /** The login of the cloud's command line at the registry; undefined where it is not logged in. */
  credentials(host: string, run: Run): Promise<Login | undefined>;
}

/** Runs a program and returns its output; throws where the program is missing, or fails. */
export type Run = (program: string, args: string[]) => Promise<string>;

/** How long, in milliseconds, a command line may take to find a login. */
const timeout = 60_000;

/** https://cloud.google.com/artifact-registry/docs/docker/authentication */
const google: Cloud = {
  hosts: /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)$/,
  login: (host) => `gcloud auth login, or gcloud auth configure-docker ${host}`,
  roles: "roles/artifactregistry.writer, or roles/artifactregistry.reader where it only takes releases over",
  async credentials(_host, run) {
    const ask = (...args: string[]): Promise<string> =>
      run("gcloud", ["auth", ...args, "print-access-token", "--quiet"]).then(
        (text) => text.trim(),
        () => "",
      );
    // First the login that Pulumi's provider uses, then that of the command line.
    const password = (await ask("application-default")) || (await ask());
    return password === "" ? undefined : { username: "oauth2accesstoken", password };
  },
};

/** https://learn.microsoft.com/azure/container-registry/container-registry-authentication#az-acr-login-with---expose-token */
const azure: Cloud = {
  hosts: /^[a-z0-9]+\.azurecr\.(io|cn|us)$/,
  login: (host) => `az login, or az acr login --name ${nameOf(host)}`,
  roles: "AcrPush, or AcrPull where it only takes releases over",
  async credentials(host, run) {
    const args = ["acr", "login", "--name", nameOf(host), "--expose-token", "--output", "json"];
    const token = /"accessToken":\s*"([^"]+)"/.exec(await run("az", args).catch(() => ""))?.[1];
    // The user name with which Azure's registries take a token as a password.
    return token === undefined ? undefined : { username: "00000000-0000-0000-0000-000000000000", password: token };
  },
};

const clouds = [google, azure];

/**
 * The login at a cloud's registry, by the login to the cloud on this machine. Tokens last between one and three hours,
 * so they are fetched when needed and kept nowhere.
 *
 * @param host of the registry, such as `europe-west3-docker.pkg.dev`
 * @returns undefined for a registry that is no cloud's, and where this machine is not logged in
 */
export async function cloudCredentials(host: string, run: Run = runQuietly): Promise<Login | undefined> {
  return cloudOf(host)?.credentials(host, run);
}

/** The command by which a person logs in to a registry, and the roles that they need, as far as Slipway knows them. */
export function loginAdvice(host: string): { command: string; roles?: string } {
  const cloud = cloudOf(host);
  return cloud ? { command: cloud.login(host), roles: cloud.roles } : { command: `docker login ${host}` };
}

/** Whether Azure keeps the registry; the name of a new one resolves only after a while. */
export function isAzures(host: string): boolean {
  return azure.hosts.test(host);
}

function cloudOf(host: string): Cloud | undefined {
  return clouds.find(({ hosts }) => hosts.test(host));
}

function nameOf(host: string): string {
  return host.split(".")[0] ?? host;
}

const execute = promisify(execFile);

async function runQuietly(program: string, args: string[]): Promise<string> {
  return (await execute(program, args, { timeout })).stdout;
}

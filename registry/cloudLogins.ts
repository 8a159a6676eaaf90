import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Login } from "../settings/registryPlan";

/** Which cloud keeps a registry. */
interface Cloud {
  hosts: RegExp;
  /** What a person runs to be logged in. */
  login(host: string): string;
  /** What lets somebody who is logged in read, and write. */
  roles: string;
  /** Who whoever is logged in to the cloud's command line is to the registry; undefined where nobody is. */
  credentials(host: string, run: Run): Promise<Login | undefined>;
}

/** Runs a program and gives what it wrote; throws where there is none, or it fails. */
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
    // First as Pulumi's provider logs in, then as whoever works at the command line.
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
    // The name under which Azure's registries take a token as a password.
    return token === undefined ? undefined : { username: "00000000-0000-0000-0000-000000000000", password: token };
  },
};

const clouds = [google, azure];

/**
 * Who whoever is logged in to a cloud on this machine is to one of its registries. Tokens last an hour or three, so they are asked for
 * where they are needed and kept nowhere.
 *
 * @param host of the registry, such as `europe-west3-docker.pkg.dev`
 * @returns undefined for a registry that is no cloud's, and where nobody is logged in
 */
export async function cloudCredentials(host: string, run: Run = runQuietly): Promise<Login | undefined> {
  return cloudOf(host)?.credentials(host, run);
}

/** How a person logs in to a registry, and what they need to be allowed there, where Slipway knows. */
export function loginAdvice(host: string): { command: string; roles?: string } {
  const cloud = cloudOf(host);
  return cloud ? { command: cloud.login(host), roles: cloud.roles } : { command: `docker login ${host}` };
}

/** Whether a registry is one that Azure keeps: its name resolves only a while after it was made. */
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

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dockerFolder } from "./context";

/** What a registry is logged in to with. */
export type Credentials =
  | { username: string; password: string }
  /** An OAuth refresh token, as Docker's config.json keeps it for some hosted registries. */
  | { identityToken: string };

/** Credentials, or where to get them when a registry first asks: finding them may run a program. */
export type CredentialSource = Credentials | (() => Promise<Credentials | undefined>);

interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

const hubKey = "https://index.docker.io/v1/";
const helperTimeout = 30_000;

/**
 * What `docker login` left behind for a registry: Docker's config.json (`auths`), or the credential program that it
 * names (`credHelpers`, `credsStore`; the docker-credential-helpers protocol).
 *
 * @param host host and port as in `docker login`, for example `ghcr.io`; Docker Hub is `docker.io`
 * @param directory where config.json lies: `$DOCKER_CONFIG`, else `~/.docker`
 * @returns undefined where there is no login for this registry
 * @throws Error naming the file where it is no JSON, or the credential program where it fails
 */
export async function dockerCredentials(host: string, directory = dockerFolder()): Promise<Credentials | undefined> {
  const config = await readConfig(join(directory, "config.json"));
  if (!config) return undefined;
  const key = host === "docker.io" ? hubKey : host;
  const helper = config.credHelpers?.[key] ?? config.credHelpers?.[host] ?? config.credsStore;
  const found = helper ? await askHelper(helper, key) : undefined;
  return found ?? fromAuths(config, host, key);
}

async function readConfig(file: string): Promise<DockerConfig | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    throw new Error(`${file} is not JSON: correct it, or log in anew with "docker login".`);
  }
}

function fromAuths(config: DockerConfig, host: string, key: string): Credentials | undefined {
  const auths = config.auths ?? {};
  const entry = auths[key] ?? Object.entries(auths).find(([name]) => hostOfKey(name) === host)?.[1];
  if (!entry) return undefined;
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  if (entry.username && entry.password !== undefined) return { username: entry.username, password: entry.password };
  const pair = Buffer.from(entry.auth ?? "", "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 1 ? undefined : { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Older versions of Docker wrote keys as addresses: `https://host/v1/`. */
function hostOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" ? "docker.io" : host;
}

async function askHelper(helper: string, key: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const { code, output } = await run(program, key);
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return undefined;
    throw new Error(
      `${program} gave no credentials for ${key}: ${output.trim().slice(0, 200) || `exit code ${code}`}.`,
    );
  }
  let answer: { Username?: unknown; Secret?: unknown };
  try {
    answer = JSON.parse(output) as typeof answer;
  } catch {
    throw new Error(`${program} gave no credentials for ${key}: what it wrote is not JSON.`);
  }
  if (typeof answer.Username !== "string" || typeof answer.Secret !== "string" || answer.Secret === "")
    return undefined;
  return answer.Username === "<token>"
    ? { identityToken: answer.Secret }
    : { username: answer.Username, password: answer.Secret };
}

function run(program: string, input: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "pipe"], timeout: helperTimeout });
    let output = "";
    let complaint = "";
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (complaint += String(data)));
    child.on("error", (error) =>
      reject(
        new Error(`${program}, which Docker's config.json names, cannot be run: ${error.message}.`, { cause: error }),
      ),
    );
    // Helpers write what is wrong to standard output; some add to it on standard error.
    child.on("close", (code) => resolve({ code, output: code === 0 ? output : output + complaint }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The Docker Engine that the `docker` command talks to, with nothing left to look up. */
export interface CurrentEngine {
  /** The Docker context: `default` is what `DOCKER_HOST` says, or where Docker listens by default. */
  context: string;
  /** Its address, as `DOCKER_HOST` has it. */
  host: string;
  /** Where the certificates are that it is spoken to with (`ca.pem`, `cert.pem`, `key.pem`); undefined: without TLS. */
  certificates?: string;
  /** Whether its own certificate is not looked at. */
  unchecked?: boolean;
}

/** Where Docker listens unless told otherwise. */
export const defaultHost = "unix:///var/run/docker.sock";

/** What Docker keeps of a context (docker/cli, cli/context/store). */
interface ContextFile {
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
}

/** Variables of a process; undefined: without that one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the Docker Engine by the rules of the `docker` command: `DOCKER_HOST`, else the context that `DOCKER_CONTEXT` names, else the one
 * that `docker context use` chose, else where Docker listens by default.
 * (https://docs.docker.com/engine/manage-resources/contexts/)
 *
 * @throws Error naming the context that is not there, or has no Engine, and who chose it
 */
export function currentEngine(environment: Environment): CurrentEngine {
  const folder = dockerFolder(environment);
  const { DOCKER_HOST: host, DOCKER_CONTEXT: named } = environment;
  if (host) return { context: "default", host, ...tlsOf(environment, folder) };
  const file = join(folder, "config.json");
  const chosen = named || chosenIn(file);
  if (!chosen || chosen === "default") return { context: "default", host: defaultHost, ...tlsOf(environment, folder) };

  const by = named ? "DOCKER_CONTEXT" : file;
  // Docker keeps each context in a folder that is named by its name's hash.
  const key = createHash("sha256").update(chosen).digest("hex");
  const { Endpoints: endpoints } = readJson<ContextFile>(join(folder, "contexts", "meta", key, "meta.json")) ?? {};
  if (!endpoints?.docker?.Host) {
    throw new Error(
      `The Docker context ${chosen}, which ${by} names, is not in ${join(folder, "contexts")}: docker context ls shows those that are there, docker context use <name> chooses one.`,
    );
  }
  const certificates = join(folder, "contexts", "tls", key, "docker");
  return {
    context: chosen,
    host: endpoints.docker.Host,
    ...(existsSync(certificates) ? { certificates } : {}),
    ...(endpoints.docker.SkipTLSVerify ? { unchecked: true } : {}),
  };
}

/**
 * The variables that lead a `docker` command to an Engine whatever settings of Docker's it is given: contexts are part of these.
 *
 * @returns undefined for a variable that must not be there
 */
export function leadingTo({ host, certificates, unchecked }: CurrentEngine): Record<string, string | undefined> {
  const tls = certificates && {
    DOCKER_CERT_PATH: certificates,
    DOCKER_TLS_VERIFY: unchecked ? undefined : "1",
    DOCKER_TLS: unchecked ? "1" : undefined,
  };
  return { DOCKER_HOST: host, DOCKER_CONTEXT: undefined, ...tls };
}

/**
 * The variables by which the `docker` command talks to an Engine at the end of a tunnel. Certificates that somebody has for another Engine
 * would be asked for there too.
 */
export function tunnelled(dockerHost: string): Environment {
  return {
    DOCKER_HOST: dockerHost,
    DOCKER_TLS_VERIFY: undefined,
    DOCKER_TLS: undefined,
    DOCKER_CERT_PATH: undefined,
  };
}

/** The folder with Docker's settings: `$DOCKER_CONFIG`, else `~/.docker`. */
export function dockerFolder({ DOCKER_CONFIG: folder }: Environment = process.env): string {
  return folder || join(homedir(), ".docker");
}

/** Without a context, TLS is asked for by variables, and its certificates are in Docker's own folder unless another is given. */
function tlsOf({ DOCKER_TLS_VERIFY: verify, DOCKER_TLS: tls, DOCKER_CERT_PATH: path }: Environment, folder: string) {
  if (!verify && !tls) return {};
  return { certificates: path || folder, ...(verify ? {} : { unchecked: true }) };
}

function chosenIn(file: string): string | undefined {
  return readJson<{ currentContext?: string }>(file)?.currentContext;
}

function readJson<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // Without Docker's settings there are only the default context and the environment.
    return undefined;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${file} is not JSON: correct it, or make it anew with docker context use.`);
  }
}

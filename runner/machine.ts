import { readFileSync } from "node:fs";
import { join } from "node:path";
import Docker, { type DockerOptions } from "dockerode";
import { defaultHost } from "slipway/engine";
import type { Hands } from "./kinds/kind";
import type { Values } from "./resource";

const engines = new Map<string, Docker>();

/**
 * The Docker Engine that a provider means, and who logs in where.
 *
 * @param provider the inputs of `pulumi:providers:docker`, of which all but texts come as JSON; undefined: as `DOCKER_HOST` has it, or where
 *   Docker listens by default
 * @throws Error naming an address that is not one of this machine
 */
export function machineOf(provider: Values = {}): Pick<Hands, "docker" | "logins"> {
  const { host: told, certPath } = provider as { host?: string; certPath?: string };
  const host = told || process.env["DOCKER_HOST"] || defaultHost;
  const key = JSON.stringify([host, certPath]);
  const docker = engines.get(key) ?? new Docker(connectionTo(host, certPath));
  engines.set(key, docker);
  return { docker, logins: JSON.parse((provider["registryAuth"] as string | undefined) ?? "[]") as Hands["logins"] };
}

/**
 * How an Engine is connected to by its address.
 *
 * @param host as `DOCKER_HOST` has it
 * @param certificates the folder with `ca.pem`, `cert.pem` and `key.pem`, where it speaks TLS
 * @throws Error naming an address that is not one of this machine
 */
export function connectionTo(host: string, certificates?: string): DockerOptions {
  const { protocol, hostname, port, pathname } = new URL(host);
  if (protocol === "unix:") return { socketPath: decodeURIComponent(pathname) };
  if (protocol === "tcp:" || protocol === "http:" || protocol === "https:") {
    const own = certificates ?? process.env["DOCKER_CERT_PATH"];
    if (protocol === "https:" || certificates !== undefined || process.env["DOCKER_TLS_VERIFY"]) {
      const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((file) => contentOf(own, file));
      return { protocol: "https", host: hostname, port, ca, cert, key };
    }
    return { protocol: "http", host: hostname, port };
  }
  throw new Error(
    `The runner does not reach ${host}: it is for stages on this machine's own Docker Engine; bring this one up with Pulumi.`,
  );
}

function contentOf(folder: string | undefined, file: string): Buffer | undefined {
  try {
    return folder === undefined ? undefined : readFileSync(join(folder, file));
  } catch {
    // An Engine may let clients in that have no certificate of their own.
    return undefined;
  }
}

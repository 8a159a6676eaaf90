import Docker from "dockerode";
import type { Hands } from "./kinds/kind";
import type { Values } from "./resource";

const engines = new Map<string, Docker>();

/**
 * The Docker Engine that a provider means, and who logs in where.
 *
 * @param provider the inputs of `pulumi:providers:docker`, of which all but texts come as JSON; undefined: as `docker` has it
 * @throws Error naming an address that is not one of this machine
 */
export function machineOf(provider: Values = {}): Pick<Hands, "docker" | "logins"> {
  const host = (provider["host"] ?? "") as string;
  const docker = engines.get(host) ?? connect(host);
  engines.set(host, docker);
  return { docker, logins: JSON.parse((provider["registryAuth"] as string | undefined) ?? "[]") as Hands["logins"] };
}

function connect(host: string): Docker {
  if (host === "") return new Docker();
  const { protocol, hostname, port, pathname } = new URL(host);
  if (protocol === "unix:") return new Docker({ socketPath: pathname });
  if (protocol === "tcp:" || protocol === "http:") return new Docker({ protocol: "http", host: hostname, port });
  throw new Error(
    `The runner does not reach ${host}: it is for stages on this machine's own Docker Engine; bring this one up with Pulumi.`,
  );
}

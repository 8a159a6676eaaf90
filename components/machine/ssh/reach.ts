import { inspectEngine } from "../engine";
import type { Machine } from "../machine";
import { folderOf, alias } from "./files";
import { nameOf, type SshMachine } from "./host";
import { listeningOn, listeningScript } from "./listening";
import { openTunnel, writeSshFiles } from "./tunnel";

/**
 * Looks at a machine that is reached over SSH. From then on the `docker` command of this process and of all that it starts talks to that
 * machine's Engine.
 *
 * @param project the project's folder, absolute
 * @param loopback the port of the machine's loopback address where its registry is to be found, where it has one
 * @throws Error saying why it cannot be reached, or what its Docker Engine lacks, and what to do
 */
export async function inspectOverSsh(
  machine: SshMachine,
  project: string,
  loopback?: number,
): Promise<Machine & { port?: number }> {
  const config = writeSshFiles(machine, project);
  const tunnel = await openTunnel(machine, folderOf(machine), { loopback, first: listeningScript });
  process.env["DOCKER_HOST"] = tunnel.dockerHost;
  const name = `the machine ${nameOf(machine)}`;
  const { context: _context, ...engine } = await inspectEngine(name);
  const listening = listeningOn(tunnel.said);
  return {
    name,
    ...engine,
    host: `ssh://${alias}`,
    sshOpts: ["-F", config],
    reachedBy: folderOf(machine),
    holds: (port, ip) => Promise.resolve(listening(port, ip)),
    port: tunnel.port,
  };
}

import { goTo } from "../../docker/context";
import { inspectEngine } from "../engine";
import { MachineError, type Machine } from "../machine";
import { factsScript, readFacts } from "../ssh/facts";
import { alias, folderOf } from "../ssh/files";
import { unfit } from "../ssh/fit";
import { nameOf, type SshMachine } from "../ssh/host";
import { sshTrouble } from "../ssh/trouble";
import { writeSshFiles } from "../ssh/tunnel";
import { tunnelTo } from "../ssh/tunnels";

/**
 * Looks at a machine that is reached over SSH. From then on the `docker` command of this process and of all that it starts talks to that
 * machine's Engine. A machine without Docker is as empty as it is: Docker is installed when the stage is brought up.
 *
 * @param project the project's folder, absolute
 * @param loopback the port of the machine's loopback address where its registry is to be found, where it has one
 * @param folder where what `ssh` reads is to lie, relative to the project's
 * @throws MachineError saying why it cannot be reached, or what it lacks, and what to do
 */
export async function inspectOverSsh(
  machine: SshMachine,
  project: string,
  loopback?: number,
  folder = folderOf(machine),
): Promise<Machine> {
  const config = writeSshFiles(machine, project, folder);
  const tunnel = await tunnelTo(folder, { loopback, first: factsScript });
  goTo(tunnel.dockerHost);
  const facts = readFacts(tunnel.said);
  const reason = unfit(machine, facts);
  if (reason !== undefined) throw new MachineError(reason);
  const name = `the machine ${nameOf(machine)}`;
  const looked = facts.hasDocker ? inspectEngine(name) : nothingOn(facts.platform);
  const engine = await looked.catch((error: unknown) => {
    const complaint = tunnel.complaint();
    throw complaint ? new MachineError(sshTrouble(machine, complaint)) : error;
  });
  return {
    name,
    ...engine,
    lacksDocker: !facts.hasDocker,
    host: `ssh://${alias}`,
    sshOpts: ["-F", config],
    ssh: machine,
    reachedBy: folder,
    holds: (port, ip) => Promise.resolve(facts.holds(port, ip)),
  };
}

/** What an Engine that is not there yet would tell. */
export function nothingOn(
  platform: string,
): Promise<Pick<Machine, "platform" | "volumes" | "ports" | "holders" | "edges">> {
  return Promise.resolve({ platform, volumes: new Map(), ports: new Map(), holders: new Map(), edges: new Map() });
}

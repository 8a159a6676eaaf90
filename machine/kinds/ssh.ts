import { Engine } from "../../docker/engine";
import { inspectEngine } from "../engine";
import { MachineError, nothingOn, type FoundMachine } from "../machine";
import { factsScript, readFacts } from "../ssh/facts";
import { alias, folderOf } from "../ssh/files";
import { unfit } from "../ssh/fit";
import { nameOf, type SshMachine } from "../ssh/host";
import { sshTrouble } from "../ssh/trouble";
import { isWritten, writeSshFiles } from "../ssh/tunnel";
import { tunnelTo } from "../ssh/tunnels";
import type { MachineKind } from "./kind";

/** A machine that is reached over SSH. */
export const ssh: MachineKind<SshMachine> = {
  reach: (settings, { directory, registry }) => inspectOverSsh(settings, directory, registry),
  async folder(settings, { directory, withSecrets }) {
    const folder = folderOf(settings);
    // A preview has written it: only where none was made in this folder is Pulumi asked for what is secret in the settings.
    if (!isWritten(folder, directory)) writeSshFiles(await withSecrets(), directory);
    return folder;
  },
};

/**
 * Looks at a machine that is reached over SSH. A machine without Docker is as empty as it is: Docker is installed when the stage is brought up.
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
): Promise<FoundMachine> {
  const config = writeSshFiles(machine, project, folder);
  const tunnel = await tunnelTo(folder, { loopback, first: factsScript });
  const facts = readFacts(tunnel.said);
  const reason = unfit(machine, facts);
  if (reason !== undefined) throw new MachineError(reason);
  const name = `the machine ${nameOf(machine)}`;
  const looked = facts.hasDocker
    ? inspectEngine(Engine.at(tunnel.dockerHost), name)
    : Promise.resolve(nothingOn(facts.platform));
  const engine = await looked.catch((error: unknown) => {
    const complaint = tunnel.complaint();
    throw complaint ? new MachineError(sshTrouble(machine, complaint)) : error;
  });
  return {
    name,
    ...engine,
    home: facts.home,
    lacksDocker: !facts.hasDocker,
    host: `ssh://${alias}`,
    sshOpts: ["-F", config],
    ssh: machine,
    reachedBy: folder,
    holds: (port, ip) => Promise.resolve(facts.holds(port, ip)),
  };
}

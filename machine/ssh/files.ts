import { createHash } from "node:crypto";
import { join } from "node:path";
import type { StageId } from "../../docker/labels";
import { ownFolderTest } from "../../docker/ownFolder";
import type { SshHost, SshMachine } from "./host";

/** What the machine is called in its own `ssh` configuration. */
export const alias = "machine";

const jumpAlias = "jump";

/** Where what `ssh` reads is kept, keys to machines among it, relative to the project. */
export const sshFolder = ".slipway/ssh";

/** What `ssh` reads to reach a machine, by file name; in one folder, for their owner only. */
export type SshFiles = Record<"config" | "known_hosts", string> & { key?: string };

/**
 * Where a machine's files lie, relative to the project: the same wherever the project is, because a provider's settings are part of
 * the state. Another key alone changes nothing of it.
 */
export function folderOf(machine: SshMachine): string {
  return `${sshFolder}/${markOf(machine)}`;
}

/** Where the files of the machine lie that a stage makes for itself: known before anything else is of that machine. */
export function folderOfStage({ project, stage }: StageId): string {
  return `${sshFolder}/${project}/${stage}`;
}

/** Another one for another way to a machine, or another host key. */
function markOf({ jump, proxyCommand, ...machine }: SshMachine): string {
  const told = ({ host, port, user, hostKey }: SshHost): unknown[] => [host, port, user, hostKey];
  const known = [told(machine), jump && told(jump), ...(proxyCommand === undefined ? [] : [proxyCommand])];
  return createHash("sha256").update(JSON.stringify(known)).digest("hex").slice(0, 12);
}

/**
 * The files by which `ssh -F <folder>/config machine` reaches a machine, with nothing of the user's own settings: every
 * host key is checked against what the settings say, and nothing is asked.
 *
 * @param folder where they will lie, absolute
 * @param control where connections that are shared have their sockets (docker/ownFolder.ts). `ssh` itself looks at it each time: Pulumi's
 *   engine uses these files also where no program runs before, as for `pulumi destroy`, and the folder may have gone by then. Where it is not
 *   this user's alone any more, nothing is shared.
 * @see https://man.openbsd.org/ssh_config
 */
export function sshFiles(machine: SshMachine, folder: string, control: string): SshFiles {
  const { key, jump, proxyCommand } = machine;
  // Connections are shared by those alone whose settings are the same: a host key that was changed since is looked at anew.
  const shares = (name: string): string =>
    [
      `Match originalhost ${name} exec ${quoted(ownFolderTest(control))}`,
      `  ControlPath ${quoted(join(control, `${markOf(machine)}-${name}`))}`,
    ].join("\n");
  const identity = key === undefined ? [] : [`IdentityFile ${quoted(join(folder, "key"))}`, "IdentitiesOnly yes"];
  const way = [
    ...(jump ? [`ProxyJump ${jumpAlias}`] : []),
    ...(proxyCommand === undefined ? [] : [`ProxyCommand ${proxyCommand}`]),
  ];
  const hosts = [
    section(alias, machine, [...identity, ...way]),
    shares(alias),
    ...(jump ? [section(jumpAlias, jump, identity), shares(jumpAlias)] : []),
  ];
  const shared = [
    `UserKnownHostsFile ${quoted(join(folder, "known_hosts"))}`,
    "GlobalKnownHostsFile /dev/null",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "BatchMode yes",
    "ConnectTimeout 15",
    "ServerAliveInterval 15",
    "ServerAliveCountMax 4",
    // A stage opens dozens of connections at once, of which a server takes ten (MaxStartups).
    "ControlMaster auto",
    "ControlPersist 60",
  ];
  return {
    config: [...hosts, ["Host *", ...shared.map((line) => `  ${line}`)].join("\n"), ""].join("\n"),
    known_hosts: [...knownAs(alias, machine), ...(jump ? knownAs(jumpAlias, jump) : []), ""].join("\n"),
    // ssh takes a key only with a newline at its end.
    ...(key === undefined ? {} : { key: `${key.trim()}\n` }),
  };
}

function section(name: string, { host, port, user }: SshHost, more: string[]): string {
  const lines = [`HostName ${host}`, `Port ${port}`, `User ${user}`, `HostKeyAlias ${name}`, ...more];
  return [`Host ${name}`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function knownAs(name: string, { hostKey }: SshHost): string[] {
  return hostKey.map((key) => `${name} ${key}`);
}

/** A path as `ssh` reads it: percent signs begin tokens. */
function quoted(path: string): string {
  return `"${path.replaceAll("%", "%%")}"`;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { alias, folderOf, sshFiles } from "./files";
import type { SshMachine } from "./host";
import { sshTrouble } from "./trouble";

/** A way to a machine's Docker Engine and to a port of its loopback address, while it is open. */
export interface Tunnel {
  /** The Engine as `DOCKER_HOST` has it. */
  dockerHost: string;
  /** The port of this machine's loopback address that leads to the one that was asked for. */
  port?: number;
  /** What the first command said. */
  said: string;
  /** What `ssh` has complained of since, such as a server that forwards nothing. */
  complaint(): string;
  close(): Promise<void>;
}

/**
 * Writes what `ssh` reads to reach a machine.
 *
 * @param project the project's folder, absolute
 * @param folder where to, relative to that one
 * @returns the configuration's path, relative to the project's folder
 */
export function writeSshFiles(machine: SshMachine, project: string, folder = folderOf(machine)): string {
  const at = resolve(project, folder);
  mkdirSync(at, { recursive: true, mode: 0o700 });
  writeFileSync(resolve(project, ".slipway", ".gitignore"), "*\n");
  const { key: _key, ...told } = machine;
  const files = { ...sshFiles(machine, at, controlFolder()), "host.json": JSON.stringify(told) };
  for (const [name, text] of Object.entries(files)) put(join(at, name), text);
  return join(folder, "config");
}

/** Whether what `ssh` reads is in a folder, relative to the project's. */
export function isWritten(folder: string, project: string): boolean {
  return existsSync(resolve(project, folder, "host.json"));
}

/** At once: another command may be about to read it. For its owner only: ssh takes no key that others may read. */
function put(path: string, text: string): void {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}

/** What a tunnel is to lead to, and to do. */
export interface TunnelOptions {
  /** The port of the machine's loopback address that is wanted as well. */
  loopback?: number;
  /** A command for the machine's shell, whose words are wanted. */
  first?: string;
}

/**
 * Opens a tunnel. It ends with this process, however that ends, and does not keep it from ending: what runs at its other end reads
 * until nothing can come any more.
 *
 * @param folder where what `ssh` reads was written
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function openTunnel(
  machine: SshMachine,
  folder: string,
  { loopback, first = ":" }: TunnelOptions = {},
): Promise<Tunnel> {
  const own = mkdtempSync(join(tmpdir(), "slipway-"));
  const socket = join(own, "docker.sock");
  const port = loopback === undefined ? undefined : await freePort();
  const forwards = [
    ...["-L", `${socket}:/var/run/docker.sock`],
    ...(port === undefined ? [] : ["-L", `127.0.0.1:${port}:127.0.0.1:${loopback}`]),
  ];
  const child = spawn(
    "ssh",
    [
      // A connection that others share would not take forwards of its own, nor end with this process.
      ...["-F", join(folder, "config"), "-S", "none", "-T", "-o", "ExitOnForwardFailure=yes"],
      ...[...forwards, alias, `${first}; echo ${open}; exec cat >/dev/null`],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let complaint = "";
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").catch((error: unknown) => {
    complaint = `${String(error)}: install OpenSSH's client (Debian: apt-get install openssh-client)`;
  });
  const opened = new Promise<true>((done) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.endsWith(`${open}\n`)) done(true);
    });
  });
  const close = async (): Promise<void> => {
    // Until now it kept no process from ending; now its own end is waited for.
    child.ref();
    child.stdin.end();
    await ended;
    rmSync(own, { recursive: true, force: true });
  };
  if (!(await Promise.race([opened, ended.then(() => false)]))) {
    await close();
    throw new Error(sshTrouble(machine, complaint), { cause: complaint });
  }
  for (const each of [child, child.stdin, child.stdout, child.stderr]) (each as { unref?(): void }).unref?.();
  process.once("exit", () => rmSync(own, { recursive: true, force: true }));
  return {
    dockerHost: `unix://${socket}`,
    port,
    said: said.slice(0, -open.length - 1),
    complaint: () => complaint,
    close,
  };
}

/** What the other end says once everything before it is done. */
const open = "slipway-open";

function controlFolder(): string {
  const folder = join(tmpdir(), `slipway-ssh-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

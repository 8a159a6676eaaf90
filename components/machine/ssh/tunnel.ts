import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  close(): Promise<void>;
}

/**
 * Writes what `ssh` reads to reach a machine.
 *
 * @param project the project's folder, absolute
 * @returns the configuration's path, relative to that folder
 */
export function writeSshFiles(machine: SshMachine, project: string): string {
  const folder = folderOf(machine);
  const at = resolve(project, folder);
  mkdirSync(at, { recursive: true, mode: 0o700 });
  writeFileSync(resolve(project, ".slipway", ".gitignore"), "*\n");
  for (const [name, text] of Object.entries(sshFiles(machine, at, controlFolder()))) {
    writeFileSync(join(at, name), text, { mode: 0o600 });
    // A file that was there before keeps its mode otherwise, and ssh takes no key that others may read.
    chmodSync(join(at, name), 0o600);
  }
  return join(folder, "config");
}

/**
 * Opens a tunnel. It ends with this process, however that ends: what runs at its other end reads until nothing can come any more.
 *
 * @param config the path of the machine's `ssh` configuration
 * @param loopback the port of the machine's loopback address that is wanted as well
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function openTunnel(machine: SshMachine, config: string, loopback?: number): Promise<Tunnel> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  const socket = join(folder, "docker.sock");
  const port = loopback === undefined ? undefined : await freePort();
  const forwards = [
    ...["-L", `${socket}:/var/run/docker.sock`],
    ...(port === undefined ? [] : ["-L", `127.0.0.1:${port}:127.0.0.1:${loopback}`]),
  ];
  const child = spawn(
    "ssh",
    // A connection that others share would not take forwards of its own, nor end with this process.
    [
      "-F",
      config,
      "-S",
      "none",
      "-T",
      "-o",
      "ExitOnForwardFailure=yes",
      ...forwards,
      alias,
      "echo open; exec cat >/dev/null",
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").catch((error: unknown) => {
    said = `${String(error)}: install OpenSSH's client (Debian: apt-get install openssh-client)`;
  });
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const isOpen = await Promise.race([once(child.stdout, "data").then(() => true), ended.then(() => false)]);
  if (!isOpen) {
    await close();
    throw new Error(sshTrouble(machine, said));
  }
  return { dockerHost: `unix://${socket}`, ...(port === undefined ? {} : { port }), close };
}

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

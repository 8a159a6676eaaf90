import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goTo } from "../../docker/context";
import type { SshMachine } from "./host";
import { openTunnel, type Tunnel, type TunnelOptions } from "./tunnel";

const open = new Map<string, Promise<Tunnel>>();

/**
 * The tunnel to a machine whose files were written before, one for each port of its loopback address. It is opened once and stays
 * open while this process runs; where it could not be opened, that is not tried again: each try takes as long as `ssh` waits.
 *
 * @param folder where what `ssh` reads was written, relative to the project
 * @param use one of its own for what must not share the others' tunnel
 * @throws Error saying why the machine cannot be reached and what to do
 */
export function tunnelTo(folder: string, options: TunnelOptions = {}, use = ""): Promise<Tunnel> {
  const key = `${folder} ${options.loopback ?? ""} ${use}`;
  const known = open.get(key);
  if (known) return known;
  const tunnel = Promise.resolve().then(() => openTunnel(hostIn(folder), folder, options));
  open.set(key, tunnel);
  return tunnel;
}

/**
 * Makes the `docker` command of this process, and of all that it starts, talk to the Engine of a machine that may have been made since
 * this process began: a tunnel that led to its predecessor would lead nowhere.
 *
 * @param folder where what `ssh` reads has been written by now, relative to the project
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function connectToMade(folder: string): Promise<void> {
  goTo((await tunnelTo(folder, {}, "made")).dockerHost);
}

/** The port of this machine's loopback address that leads to one of another machine's. */
export async function portOn(folder: string, loopback: number): Promise<number> {
  return (await tunnelTo(folder, { loopback })).port as number;
}

/** Ends every tunnel of this process. */
export async function closeTunnels(): Promise<void> {
  const all = [...open.values()];
  open.clear();
  await Promise.all(all.map((tunnel) => tunnel.then(({ close }) => close()).catch(() => undefined)));
}

function hostIn(folder: string): SshMachine {
  const file = join(folder, "host.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")) as SshMachine;
  } catch {
    throw new Error(
      `What is needed to reach the stage's machine is not in ${file}: a pulumi preview of the stage writes it.`,
    );
  }
}

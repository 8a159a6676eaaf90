import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../../docker/engine";
import type { SshMachine } from "./host";
import { openTunnel, type Tunnel, type TunnelOptions } from "./tunnel";

interface Opened {
  folder: string;
  use: string;
  loopback?: number;
  tunnel: Promise<Tunnel>;
}

let open: Opened[] = [];

/**
 * The tunnel to a machine whose files were written before: one for each port of its loopback address, and any of them where none is
 * wanted. It is opened once and stays open while this process runs; where it could not be opened, that is not tried again: each try takes
 * as long as `ssh` waits.
 *
 * @param folder where what `ssh` reads was written, relative to the project
 * @param use one of its own for what must not share the others' tunnel
 * @throws Error saying why the machine cannot be reached and what to do
 */
export function tunnelTo(folder: string, options: TunnelOptions = {}, use = ""): Promise<Tunnel> {
  const { loopback } = options;
  const known = open.find(
    (one) => one.folder === folder && one.use === use && (loopback === undefined || one.loopback === loopback),
  );
  if (known) return known.tunnel;
  const tunnel = Promise.resolve().then(() => openTunnel(hostIn(folder), folder, options));
  open.push({ folder, use, loopback, tunnel });
  return tunnel;
}

/** The Engine at the other end of a tunnel, as {@link tunnelTo} opens it. */
export async function engineThrough(folder: string, options?: TunnelOptions, use?: string): Promise<Engine> {
  return Engine.at((await tunnelTo(folder, options, use)).dockerHost);
}

/** The port of this machine's loopback address that leads to one of another machine's. */
export async function portOn(folder: string, loopback: number): Promise<number> {
  return (await tunnelTo(folder, { loopback })).port as number;
}

/** Ends every tunnel of this process. */
export async function closeTunnels(): Promise<void> {
  const all = open;
  open = [];
  await Promise.all(all.map(({ tunnel }) => tunnel.then(({ close }) => close()).catch(() => undefined)));
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

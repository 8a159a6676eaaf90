import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SshMachine } from "../components/machine/ssh/host";
import { openTunnel } from "../components/machine/ssh/tunnel";
import { forward } from "../components/registry/forwards";

/**
 * Lets a step work on a machine that is reached over SSH: the `docker` command talks to its Engine, and a registry on its loopback
 * address is found.
 *
 * @param folder where what `ssh` reads was written, relative to the project
 * @param registry the address of the registry that the step works with, where it does
 * @returns ends the connection
 * @throws Error saying why the machine cannot be reached and what to do
 */
export async function goToMachine(folder: string, registry: string | undefined): Promise<() => Promise<void>> {
  const loopback = /^127\.0\.0\.1:(\d+)$/.exec(registry ?? "")?.[1];
  const tunnel = await openTunnel(hostIn(folder), folder, loopback === undefined ? {} : { loopback: Number(loopback) });
  process.env["DOCKER_HOST"] = tunnel.dockerHost;
  if (registry !== undefined && tunnel.port !== undefined) forward(registry, tunnel.port);
  return () => tunnel.close();
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

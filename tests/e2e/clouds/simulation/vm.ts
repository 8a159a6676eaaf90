import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { must, run } from "../../run";
import type { Store } from "./store";

/** What a VM boots with. */
export interface Boot {
  /** Its public address. */
  address: string;
  /** The id of its data disk. */
  disk: string;
  /** Where the data disk shows up in it. */
  devices: string[];
  /** What the cloud's agent finds, by name. */
  files: Record<string, string>;
}

const image = "slipway-simulated-vm";

/** What a Docker Engine in a container needs; less than a privileged one has. */
const capabilities = ["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_NICE", "SYSLOG", "IPC_LOCK", "DAC_READ_SEARCH"];

/** The name of a cloud's network on this machine, and of what else is called after it. */
export function networkOf({ folder }: Pick<Store, "folder">): string {
  return `cloud-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;
}

/** An address that no VM had before, on a network of the cloud's own. */
export async function addressFor(store: Store): Promise<string> {
  const network = networkOf(store);
  const subnet = (await subnetOf(network)) ?? (await makeNetwork(network));
  return subnet.replace(/0\/24$/, String(100 + (store.next() % 100)));
}

async function subnetOf(network: string): Promise<string | undefined> {
  const format = "{{(index .IPAM.Config 0).Subnet}}";
  const { code, stdout } = await run("docker", ["network", "inspect", "--format", format, network]);
  return code === 0 ? stdout.trim() : undefined;
}

/**
 * Makes a cloud's network, where no other one is: other clouds may be simulated at the same time.
 *
 * @param first which part of the addresses for simulated clouds is tried first
 * @returns its subnet
 */
export async function makeNetwork(network: string, first = Number.parseInt(network.slice(-2), 16)): Promise<string> {
  for (let tried = 0; tried < 256; tried++) {
    const third = (first + tried) % 256;
    const [subnet, free] = [`10.213.${third}.0/24`, `10.213.${third}.0/26`];
    const { code, stderr } = await run("docker", [
      "network",
      "create",
      "--subnet",
      subnet,
      "--ip-range",
      free,
      network,
    ]);
    if (code === 0) return subnet;
    if (!stderr.includes("overlaps")) throw new Error(`No network for the simulated cloud: ${stderr}`);
  }
  throw new Error("All networks that a simulated cloud may have are taken: docker network prune.");
}

/** Makes a disk, all of it zero. Sparse: it takes what is written to it. */
export async function makeDisk(store: Store, id: string, size: number): Promise<void> {
  writeFileSync(fileOf(store, id), "", { mode: 0o600 });
  truncateSync(fileOf(store, id), size * 2 ** 30);
}

export async function changeDisk(store: Store, id: string, size: number): Promise<void> {
  const file = fileOf(store, id);
  truncateSync(file, size * 2 ** 30);
  for (const device of await devicesOf(file)) await must("losetup", ["--set-capacity", device]);
}

export async function removeDisk(store: Store, id: string): Promise<void> {
  await detach(fileOf(store, id));
  rmSync(fileOf(store, id), { force: true });
}

/** Boots a VM: a container, with its data disk as a block device. */
export async function boot(store: Store, id: string, { address, disk, devices, files }: Boot): Promise<void> {
  const file = fileOf(store, disk);
  if (!existsSync(file)) throw new Error(`The simulated cloud has no disk ${disk}.`);
  if ((await devicesOf(file)).length > 0) throw new Error(`The disk ${disk} is in use by another VM.`);
  await must("docker", ["build", "--quiet", "--tag", image, join(__dirname, "..", "image")]);
  const device = (await must("losetup", ["--find", "--show", file])).trim();
  const name = containerOf(store, id);
  await must("docker", [
    ...["create", "--init", "--name", name, "--hostname", basename(id), "--network", networkOf(store), "--ip", address],
    ...capabilities.flatMap((capability) => ["--cap-add", capability]),
    ...["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"].flatMap((opt) => [
      "--security-opt",
      opt,
    ]),
    ...["--cgroupns", "host", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup", "--device", device],
    ...["--label", `slipway.simulation=${networkOf(store)}`, image],
  ]);
  const given = {
    ...files,
    device,
    devices: devices.map((path) => `${path}\n`).join(""),
    ...(await surroundings(store)),
  };
  await copy(name, given);
  await must("docker", ["start", name]);
}

/** Gives a VM other files, which count from its next boot. */
export async function forget(store: Store, id: string, files: Record<string, string>): Promise<void> {
  await copy(containerOf(store, id), files);
}

export async function isThere(store: Store, id: string): Promise<boolean> {
  return (await run("docker", ["inspect", "--type", "container", containerOf(store, id)])).code === 0;
}

/** Takes a VM away; its data disk stays. */
export async function turnOff(store: Store, id: string, disk: string): Promise<void> {
  await run("docker", ["rm", "--force", "--volumes", containerOf(store, id)]);
  await detachIdle(fileOf(store, disk));
}

export function containerOf(store: Pick<Store, "folder">, id: string): string {
  return `${networkOf(store)}-${basename(id)}`.toLowerCase();
}

/** What a machine finds around it here: names that resolve, and where stand-ins for public images are offered, those. */
async function surroundings(store: Store): Promise<Record<string, string>> {
  const found = await run("docker", ["ps", "--quiet", "--filter", "label=slipway.standins=source-registry"]);
  const [registry] = found.stdout.split("\n");
  const resolver = { "resolv.conf": readFileSync("/etc/resolv.conf", "utf8") };
  if (!registry) return resolver;
  const network = networkOf(store);
  await run("docker", ["network", "connect", network, registry]);
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const address = (await must("docker", ["inspect", "--format", format, registry])).trim();
  return { ...resolver, mirror: `http://${address}:5000` };
}

async function copy(container: string, files: Record<string, string>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-simulation-"));
  try {
    mkdirSync(join(folder, "simulation"), { mode: 0o700 });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, "simulation", name), text, { mode: 0o600 });
    }
    await must("docker", ["cp", join(folder, "simulation"), `${container}:/`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fileOf({ folder }: Store, disk: string): string {
  return join(folder, `${createHash("sha256").update(disk.toLowerCase()).digest("hex").slice(0, 24)}.disk`);
}

async function devicesOf(file: string): Promise<string[]> {
  const { stdout } = await run("losetup", ["--noheadings", "--output", "NAME", "--associated", file]);
  return stdout
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

async function detach(file: string): Promise<void> {
  for (const device of await devicesOf(file)) await run("losetup", ["--detach", device]);
}

/** A device that something still has mounted is given back once that is gone. */
async function detachIdle(file: string): Promise<void> {
  for (let tries = 0; tries < 20 && (await devicesOf(file)).length > 0; tries++) {
    await detach(file);
    await new Promise((done) => setTimeout(done, 250));
  }
}

import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import type { Container } from "dockerode";
import { pack } from "tar-stream";
import { containerOptions, endpoint, failureIn, type Attachment } from "slipway/engine";
import type { Values } from "../resource";
import type { Found } from "../decide";
import { Unfinished, type Hands, type Kind } from "./kind";

/** What of a container changes without another container (the Docker provider's list), by the Engine's name for it. */
const inPlace: Record<string, string | undefined> = {
  restart: "RestartPolicy",
  maxRetryCount: "RestartPolicy",
  memory: "Memory",
  memoryReservation: "MemoryReservation",
  memorySwap: "MemorySwap",
  cpuShares: "CpuShares",
  cpuSet: "CpusetCpus",
  start: undefined,
  wait: undefined,
  waitTimeout: undefined,
  mustRun: undefined,
  removeVolumes: undefined,
  destroyGraceSeconds: undefined,
};

export const container: Kind = {
  named: true,
  deleteFirst: true,
  replaces: (input) => input !== "#initerror" && !(input in inPlace),

  async create(inputs, { docker }) {
    const made = await docker.createContainer(containerOptions(inputs));
    try {
      await join(made, inputs["networksAdvanced"] ?? [], docker);
      for (const { file, content, contentBase64, permissions = "0644" } of inputs["uploads"] ?? []) {
        const archive = pack();
        const bytes = contentBase64 === undefined ? Buffer.from(content ?? "") : Buffer.from(contentBase64, "base64");
        archive.entry({ name: file, mode: parseInt(permissions, 8) }, bytes);
        archive.finalize();
        await made.putArchive(archive as unknown as NodeJS.ReadableStream, { path: "/" });
      }
      if (inputs["start"] !== false) await made.start();
      if (inputs["wait"]) await healthy(made, inputs["waitTimeout"] ?? 60);
    } catch (error) {
      throw new Unfinished(error instanceof Error ? error.message : String(error), { id: made.id });
    }
    return { id: made.id };
  },

  async update(id, inputs, changed, { docker }) {
    const { HostConfig: host = {} } = containerOptions(inputs);
    const keys = changed.flatMap((key) => inPlace[key] ?? []);
    const wanted = Object.fromEntries(keys.map((key) => [key, (host as Values)[key] ?? 0]));
    const it = docker.getContainer(id);
    if (keys.length > 0) await it.update(wanted);
    const { State: state } = await it.inspect();
    if (inputs["mustRun"] !== false && !state.Running) await it.start();
    return {};
  },

  async remove(id, inputs, { docker }) {
    const it = docker.getContainer(id);
    await unlessGone(it.stop({ t: inputs["destroyGraceSeconds"] ?? 0 }));
    await unlessGone(it.remove({ force: true, v: inputs["removeVolumes"] ?? true }));
  },

  discard: ({ name }, { docker }) => unlessGone(docker.getContainer(name).remove({ force: true })),

  look: (id, inputs, { docker }) =>
    docker
      .getContainer(id)
      .inspect()
      .then(({ State: state }) => (inputs["mustRun"] !== false && !state.Running ? "changed" : "as declared"), gone),
};

export const network: Kind = {
  named: true,
  replaces: () => true,
  create: async (inputs, { docker }) => {
    const pools = (inputs["ipamConfigs"] ?? []) as Values[];
    const { id } = await docker.createNetwork({
      Name: inputs["name"],
      Driver: inputs["driver"],
      Options: inputs["options"],
      Internal: inputs["internal"],
      Attachable: inputs["attachable"],
      EnableIPv6: inputs["ipv6"],
      Labels: labels(inputs),
      IPAM: {
        Driver: inputs["ipamDriver"] ?? "default",
        Config: pools.map(({ subnet, gateway, ipRange, auxAddress }) => ({
          ...(subnet ? { Subnet: subnet } : {}),
          ...(gateway ? { Gateway: gateway } : {}),
          ...(ipRange ? { IPRange: ipRange } : {}),
          ...(auxAddress ? { AuxiliaryAddresses: auxAddress } : {}),
        })),
      },
    });
    return { id };
  },
  remove: (id, _, { docker }) => unlessGone(docker.getNetwork(id).remove()),
  discard: ({ name }, { docker }) => unlessGone(docker.getNetwork(name).remove()),
  look: (id, _, { docker }) =>
    docker
      .getNetwork(id)
      .inspect()
      .then(() => "as declared", gone),
};

/** A volume of the wanted name is taken as it is. */
export const volume: Kind = {
  named: true,
  replaces: () => true,
  create: async (inputs, { docker }) => {
    await docker.createVolume({
      Name: inputs["name"],
      Driver: inputs["driver"] ?? "local",
      DriverOpts: inputs["driverOpts"] ?? {},
      Labels: labels(inputs),
    });
    const { Mountpoint: mountpoint } = await docker.getVolume(inputs["name"]).inspect();
    return { id: inputs["name"], outputs: { mountpoint } };
  },
  remove: (id, _, { docker }) => unlessGone(docker.getVolume(id).remove()),
  discard: ({ name }, { docker }) => unlessGone(docker.getVolume(name).remove()),
  look: (id, _, { docker }) =>
    docker
      .getVolume(id)
      .inspect()
      .then(() => "as declared", gone),
};

export const remoteImage: Kind = {
  replaces: () => true,
  create: async ({ name }, { docker, logins, say }) => {
    const image = docker.getImage(name);
    const found = await image.inspect().catch(async () => {
      say(`pulling ${name}`);
      await pull(name, docker, logins);
      return image.inspect().catch((error: unknown) => {
        throw isGone(error)
          ? new Error(`The Docker Engine broke off pulling ${name} without a word: run it again.`)
          : error;
      });
    });
    return { id: found.Id + name, outputs: { imageId: found.Id, repoDigest: found.RepoDigests?.[0] ?? "" } };
  },
  // Kept locally, as every stage declares it: another stage may run it.
  look: (_, { name }, { docker }) =>
    docker
      .getImage(name)
      .inspect()
      .then(() => "as declared", gone),
};

/** @throws Error with what the Engine says where it does not pull the whole image */
async function pull(name: string, docker: Docker, logins: Hands["logins"]): Promise<void> {
  const auth = logins.find(({ address }) => name.startsWith(`${address}/`));
  const stream = await docker.pull(name, auth ? { authconfig: { ...auth, serveraddress: auth["address"] } } : {});
  const told = await new Promise<unknown[]>((done, fail) =>
    docker.modem.followProgress(stream, (error, lines) => (error ? fail(error) : done(lines))),
  );
  const reason = failureIn(told);
  if (reason !== undefined) throw new Error(`The Docker Engine cannot pull ${name}: ${reason}.`);
}

/** A container comes on the Engine's own network, and goes to those that it was declared with. */
async function join(made: Container, networks: Values[], docker: Docker): Promise<void> {
  if (networks.length === 0) return;
  await unlessGone(docker.getNetwork("bridge").disconnect({ Container: made.id }));
  for (const network of networks as Attachment[]) {
    await docker.getNetwork(network.name).connect({ Container: made.id, EndpointConfig: endpoint(network) });
  }
}

/** Waits until a container's health check passes. */
async function healthy(made: Container, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = await made.inspect();
    if (!state.Health) throw new Error("it has no health check that could be waited for.");
    if (state.Health.Status === "healthy") return;
    if (Date.now() > until) throw new Error(`it did not become healthy within ${seconds} s.`);
    await pause(250);
  }
}

function labels(inputs: Values): Record<string, string> {
  return Object.fromEntries((inputs["labels"] ?? []).map(({ label, value }: Values) => [label, value]));
}

/** What is not there: 404; what was stopped already: 304; a network that a container is not on: 403, of Engines before 25 in words alone. */
const isGone = (error: unknown): boolean => {
  const { statusCode, reason, message } = error as { statusCode?: number; reason?: string; message?: string };
  return (
    statusCode === 404 || statusCode === 304 || /is not connected to|already in progress/.test(`${reason} ${message}`)
  );
};

async function unlessGone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}

function gone(error: unknown): Found {
  if (isGone(error)) return "gone";
  throw error;
}

import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import type { ContainerCreateOptions, HostConfig, NetworkCreateOptions, VolumeCreateOptions } from "dockerode";
import { extract, type Extract } from "tar-stream";
import type { Engine } from "./engine";
import { refusal, type Process } from "./faults";

interface Connecting {
  Container: string;
  EndpointConfig?: { IPAMConfig?: { IPv4Address?: string } };
}

/** What of dockerode's interface the runner uses, on an Engine in memory. */
export function clientOf(engine: Engine, process: Process): Docker {
  const getContainer = (id: string) => ({
    id,
    inspect: () =>
      process.ask(() => {
        const found = engine.container(id);
        const checked = found.options.Healthcheck && found.running;
        const health = { Status: engine.isHealthy(found) ? "healthy" : "starting" };
        return { Id: found.id, State: { Running: found.running, ...(checked ? { Health: health } : {}) } };
      }),
    start: () => process.ask(() => engine.start(engine.container(id))),
    stop: () => process.ask(() => engine.stop(engine.container(id))),
    update: (wanted: HostConfig) => process.ask(() => engine.update(engine.container(id), wanted)),
    remove: ({ force = false } = {}) => process.ask(() => engine.removeContainer(engine.container(id), force)),
    putArchive: (archive: NodeJS.ReadableStream) =>
      process.ask(async () => {
        const paths = await pathsIn(archive);
        paths.forEach((path) => engine.upload(engine.container(id), path));
      }),
  });
  const getNetwork = (id: string) => ({
    id,
    inspect: () => process.ask(() => ({ Id: engine.network(id).id })),
    connect: ({ Container: container, EndpointConfig: config }: Connecting) =>
      process.ask(() =>
        engine.connect(engine.network(id), engine.container(container), config?.IPAMConfig?.IPv4Address),
      ),
    disconnect: ({ Container: container }: { Container: string }) =>
      process.ask(() => {
        if (id !== "bridge") throw refusal(403, `container ${container} is not connected to network ${id}`);
      }),
    remove: () => process.ask(() => engine.removeNetwork(engine.network(id))),
  });
  const getVolume = (name: string) => ({
    inspect: () => process.ask(() => ({ Name: engine.volume(name).name, Mountpoint: `/docker/volumes/${name}/_data` })),
    remove: () => process.ask(() => engine.removeVolume(engine.volume(name))),
  });
  const getImage = (name: string) => ({
    inspect: () =>
      process.ask(() => {
        if (!engine.images.has(name)) throw refusal(404, `No such image: ${name}`);
        return { Id: `sha256:of-${name}`, RepoDigests: [name] };
      }),
  });
  return {
    getContainer,
    getNetwork,
    getVolume,
    getImage,
    createContainer: (options: ContainerCreateOptions) =>
      process.ask(() => getContainer(engine.createContainer(options).id)),
    createNetwork: (options: NetworkCreateOptions) => process.ask(() => getNetwork(engine.createNetwork(options).id)),
    createVolume: (options: VolumeCreateOptions) => process.ask(() => engine.createVolume(options)),
    pull: (name: string) => process.ask(() => name),
    modem: {
      followProgress: (name: string, done: (error: Error | null, told: unknown[]) => void) =>
        void process.ask(() => engine.images.add(name)).then(() => done(null, [])),
    },
  } as unknown as Docker;
}

async function pathsIn(archive: NodeJS.ReadableStream): Promise<string[]> {
  const paths: string[] = [];
  const reading: Extract = extract();
  reading.on("entry", ({ name }, stream, next) => {
    paths.push(name);
    stream.on("end", next).resume();
  });
  await pipeline(archive, reading);
  return paths;
}

import type { Application } from "../application";
import type { Route } from "../edge/layout";
import { isPublished } from "../edge/routes";
import { isLoopback } from "../registry/endpoint";
import type { StageId } from "../labels";
import { publishedPorts } from "../services/stopFirst";
import type { Machine } from "./machine";

/** A port of the machine that a stage is to hold. */
export interface WantedPort {
  /** What it is for, as in "the service web". */
  holder: string;
  port: number;
  protocol: string;
  /** The address that it listens on; undefined: every address. */
  ip?: string;
}

/** Every port that a stage is to hold on its machine. */
export function portsOf({ config, routes, redirect }: Application, registry?: { port: number }): WantedPort[] {
  const raw = Object.entries(config.services).flatMap(([name, service]) =>
    publishedPorts(service)
      .filter((port) => /^\d+$/.test(port.published ?? ""))
      .map((port) => ({
        holder: `the service ${name}`,
        port: Number(port.published),
        protocol: port.protocol ?? "tcp",
        ip: port.host_ip,
      })),
  );
  const held = routes.filter(isPublished).map(({ service, published, hostIp }) => ({
    holder: `the service ${service}`,
    port: published,
    protocol: "tcp",
    ip: hostIp,
  }));
  const own = registry ? [{ holder: "the registry", port: registry.port, protocol: "tcp", ip: "127.0.0.1" }] : [];
  const plain = redirect === undefined ? [] : [{ holder: "the edge", port: redirect, protocol: "tcp" }];
  return [...raw, ...held, ...plain, ...own];
}

/** The ports of the machine at which everybody may reach a stage's HTTP services. */
export function openRoutes(routes: readonly Route[], redirect?: number): number[] {
  const published = routes
    .filter(isPublished)
    .flatMap(({ published, hostIp }) => (isLoopback(hostIp ?? "0.0.0.0") ? [] : [published]));
  return [...new Set([...published, ...(redirect === undefined ? [] : [redirect])])];
}

/**
 * Makes sure that a stage takes nothing on its machine that is somebody else's.
 *
 * @throws Error naming the volume or port, who has it, and what to do
 */
export async function checkMachine(
  id: StageId,
  ports: WantedPort[],
  application: Application,
  machine: Machine,
): Promise<void> {
  checkVolumes(id, application, machine);
  for (const port of ports) {
    await checkPort(id, port, machine);
  }
}

function checkVolumes({ project, stage }: StageId, { config }: Application, { name, volumes, vm }: Machine): void {
  // What is on the data disk of a VM that does not answer, or is not there yet, nobody can tell.
  if (vm && !vm.answers) return;
  for (const [key, volume] of Object.entries(config.volumes ?? {})) {
    const owner = volumes.get(volume.name);
    if (owner !== undefined && owner !== `${project}/${stage}`) {
      throw new Error(
        `The volume ${key} is named ${volume.name}, which belongs to the stage ${owner}: take name: away, or put the stage into it, as in name: \${SLIPWAY_STAGE}_${key}.`,
      );
    }
    if (volume.external && !volumes.has(volume.name)) {
      throw new Error(
        `The volume ${key} is external and named ${volume.name}, which ${name} does not have: create it (docker volume create ${volume.name}), or take external away.`,
      );
    }
  }
}

async function checkPort(
  { project, stage }: StageId,
  { holder, port, protocol, ip }: WantedPort,
  machine: Machine,
): Promise<void> {
  const container = machine.ports.get(`${port}/${protocol}`);
  if (container?.stage === `${project}/${stage}`) {
    return;
  }
  const taken = container
    ? `the container ${container.name}`
    : protocol === "tcp" && (await machine.holds(port, ip))
      ? `another program on ${machine.name}`
      : undefined;
  if (taken) {
    const setting = settings[holder] ?? "the variable in slipway:env that names it";
    throw new Error(
      `The port ${port} of ${holder} is held by ${taken}: stop that, or choose another port with ${setting}.`,
    );
  }
}

/** Where a port is set that the compose file does not name. */
const settings: Record<string, string> = {
  "the registry": "slipway:registry.port",
  "the edge": "slipway:edge.http",
};

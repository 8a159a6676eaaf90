import type { Volume } from "../compose/index";
import { PlacedError } from "../errors/placed";
import { lookAtAll, lookAtEach } from "../errors/several";
import type { Application } from "./application";
import type { Route } from "../edge/layout";
import { isPublished } from "../edge/routes";
import { isLoopback } from "../registry/client/endpoint";
import { portRemedy } from "../application/publishedPorts";
import type { StageId } from "../docker/labels";
import { publishedPorts } from "../application/stopFirst";
import type { FoundMachine } from "../machine/machine";

/** A port of the machine that a stage is to hold. */
export interface WantedPort {
  /** What it is for, as in "the service web". */
  holder: string;
  port: number;
  protocol: string;
  /** The address that it listens on; undefined: every address. */
  ip?: string;
  /** Where it is set, as the end of a sentence; undefined: by a setting. */
  remedy?: string;
}

/** Every port that a stage is to hold on its machine. */
export function portsOf({ config, routes, redirect, ports }: Application, registry?: { port: number }): WantedPort[] {
  const remedy = (service: string, published: number): Pick<WantedPort, "remedy"> => {
    const written = ports.find((port) => port.service === service && port.published === published);
    return written ? { remedy: portRemedy(written) } : {};
  };
  const raw = Object.entries(config.services).flatMap(([name, service]) =>
    publishedPorts(service)
      .filter((port) => /^\d+$/.test(port.published ?? ""))
      .map((port) => ({
        holder: `the service ${name}`,
        port: Number(port.published),
        protocol: port.protocol ?? "tcp",
        ip: port.host_ip,
        ...remedy(name, Number(port.published)),
      })),
  );
  const held = routes.filter(isPublished).map(({ service, published, hostIp }) => ({
    holder: `the service ${service}`,
    port: published,
    protocol: "tcp",
    ip: hostIp,
    ...remedy(service, published),
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
  machine: FoundMachine,
): Promise<void> {
  const volumes = Object.entries(application.config.volumes ?? {});
  await lookAtEach(
    [
      () => checkOwnVolumes(id, machine),
      ...volumes.map(
        ([key, volume]) =>
          () =>
            checkVolume(id, key, volume, machine),
      ),
      () => checkTwice(ports),
      ...ports.map((port) => () => checkPort(id, port, machine)),
    ],
    (look) => look(),
  );
}

function checkVolume(
  { project, stage }: StageId,
  key: string,
  volume: Volume,
  { name, volumes, vm }: FoundMachine,
): void {
  // What is on the data disk of a VM that does not answer, or is not there yet, nobody can tell.
  if (vm && !vm.answers) return;
  const owner = volumes.get(volume.name);
  if (owner !== undefined && owner !== `${project}/${stage}`) {
    throw new PlacedError(
      ["volumes", key],
      `The volume ${key} is named ${volume.name}, which belongs to the stage ${owner}: ${nameRemedy({ project, stage }, key, owner)}.`,
    );
  }
  if (volume.external && !volumes.has(volume.name)) {
    throw new PlacedError(
      ["volumes", key],
      `The volume ${key} is external and named ${volume.name}, which ${name} does not have: create it (docker volume create ${volume.name}), or take external away.`,
    );
  }
}

/**
 * Where a project and a stage have the same names put together as another project and another stage, taking `name:` away would help nobody, and a
 * name in the release's compose file would be another one in every stage.
 */
function nameRemedy({ project, stage }: StageId, key: string, owner: string): string {
  if (owner.replace("/", "-") !== `${project}-${stage}`) {
    return `take name: away, or put the stage into it, as in name: \${SLIPWAY_STAGE}_${key}`;
  }
  // A volume that the stage named has no key that an overlay could use.
  return key.includes(":")
    ? "project and stage make the same name of both; give it a name in the compose file, and another one in this stage's overlay"
    : `project and stage make the same name of both; give it another name in this stage's overlay, as in volumes: { ${key}: { name: ${project}.${stage}_${key} } }`;
}

/** What a stage calls its own volumes, whatever its application is. */
function checkOwnVolumes({ project, stage }: StageId, { volumes }: FoundMachine): void {
  for (const role of ["edge", "edge-certificates", "backups", "registry"]) {
    const name = `${project}-${stage}-${role}`;
    const owner = volumes.get(name);
    if (owner !== undefined && owner !== `${project}/${stage}`) {
      throw new Error(
        `This stage, ${project}/${stage}, and the stage ${owner} would both call a volume of theirs ${name}: give one of the two another name, the project in Pulumi.yaml (name:) or the stage by pulumi stack init.`,
      );
    }
  }
}

/** Two of one stage cannot have one port either; the Engine would say so in the middle of the update. */
function checkTwice(ports: readonly WantedPort[]): void {
  lookAtAll(ports.entries(), ([index, one]) => {
    const other = ports.slice(0, index).find((before) => meets(before, one));
    if (other) {
      throw new Error(
        `The port ${one.port} of ${one.holder} is wanted by ${other.holder === one.holder ? "it twice" : `${other.holder} as well`}: choose another port ${remedyOf(one)}.`,
      );
    }
  });
}

function meets(one: WantedPort, other: WantedPort): boolean {
  const everywhere = [undefined, "", "0.0.0.0", "::"];
  const overlap = one.ip === other.ip || everywhere.includes(one.ip) || everywhere.includes(other.ip);
  return one.port === other.port && one.protocol === other.protocol && overlap;
}

async function checkPort({ project, stage }: StageId, wanted: WantedPort, machine: FoundMachine): Promise<void> {
  const { holder, port, protocol, ip } = wanted;
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
    throw new Error(
      `The port ${port} of ${holder} is held by ${taken}: stop that, or choose another port ${remedyOf(wanted)}.`,
    );
  }
}

function remedyOf({ holder, remedy }: WantedPort): string {
  return remedy ?? `with ${settings[holder] ?? "slipway:edge.https"}`;
}

/** Where a port is set that the compose file does not name. */
const settings: Record<string, string> = {
  "the registry": "slipway:registry.port",
  "the edge": "slipway:edge.http",
};

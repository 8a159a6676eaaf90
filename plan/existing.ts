import { isDeepStrictEqual } from "node:util";
import type { ComposeConfig, Network, Volume } from "../compose/index";
import { rangeHandovers, toldOfRange } from "../docker/holders/ranges";
import type { NamedNetwork } from "../application/networkNames";
import type { StageId } from "../docker/labels";
import type { Engine } from "../docker/engine";
import { findNetwork, listNetworks } from "../docker/networks";
import { listVolumes, type ListedVolume } from "../docker/volumes";
import { PlacedError } from "../errors/placed";
import { lookAtAll } from "../errors/several";
import type { FoundMachine } from "../machine/machine";
import { pathsBehind } from "../application/pathsBehind";
import { checkEngineFolder } from "./engineFolder";
import { overlap, subnetsOf, type ExistingNetwork, type ExistingPool } from "../docker/ranges";

/** The Engine's volumes and networks, compared with the application's. */
export interface Existing {
  /**
   * Sentences that a person should read: for each address range that changes its network, and each volume that stays
   * different.
   */
  notices: string[];
  /** The networks that stay as they are, by the compose file's key. */
  unchanged: string[];
}

/**
 * Compares an application's networks and volumes with those of the Engine: an address range that is taken would fail in
 * the middle of the update, and an existing volume stays as it is, whatever the compose file says.
 *
 * @param on gives the machine's Engine
 * @param named the networks to which the compose file gives names
 * @throws Error for a network that cannot be made, or that is to exist and does not
 */
export async function compareExisting(
  stage: StageId,
  { volumes = {}, networks = {} }: Pick<ComposeConfig, "volumes" | "networks">,
  machine: FoundMachine,
  on: () => Promise<Engine>,
  named: readonly NamedNetwork[] = [],
): Promise<Existing> {
  checkRanges(networks);
  if (machine.lacksDocker || (machine.vm && !machine.vm.answers)) return { notices: [], unchanged: [] };
  const there = Object.values(volumes).filter(({ name }) => machine.volumes.has(name));
  const ranges: string[] = [];
  const unchanged: string[] = [];
  if (
    named.length > 0 ||
    Object.values(networks).some((network) => network.external || subnetsOf(network).length > 0)
  ) {
    const found = await networksOf(await on());
    lookAtAll(
      [() => checkNetworks(stage, networks, found, machine.name), () => checkNames(stage, named, found, machine.name)],
      (look) => look(),
    );
    const holders = machine.holders.get(`${stage.project}/${stage.stage}`) ?? [];
    ranges.push(...rangeHandovers(stage, networks, found, holders).map(toldOfRange));
    unchanged.push(...withSameRanges(stage, networks, found));
  }
  if (there.length === 0) return { notices: ranges, unchanged };
  const found = (await listVolumes(await on())).filter(({ Name: name }) => there.some((one) => one.name === name));
  await checkEngineFolder(
    found.map(({ Name, Options }) => ({
      holder: `The volume ${Name}, which is there already,`,
      paths: pathsBehind(Options ?? {}),
    })),
    machine,
  );
  return { notices: [...ranges, ...differences(volumes, found)], unchanged };
}

/**
 * The networks of a stage whose address ranges are in the Engine as the compose file says. Where the file is silent
 * (gateways, a range of IPv6), the Engine's own choice counts as the same.
 *
 * @returns their keys in the compose file
 */
export function withSameRanges(
  { project, stage }: StageId,
  networks: Readonly<Record<string, Network>>,
  found: readonly ExistingNetwork[],
): string[] {
  const same = Object.entries(networks).filter(([key, network]) => {
    const wanted = network.ipam?.config ?? [];
    const own = found.find(({ Labels: labels }) => labels?.["slipway.network"] === `${project}-${stage}-${key}`);
    const has = own?.IPAM.Config ?? [];
    const chosen = has.filter(({ Subnet: range = "" }) => network.enable_ipv6 && range.includes(":"));
    const isChosen = (pool: ExistingPool): boolean =>
      chosen.includes(pool) && !wanted.some(({ subnet = "" }) => subnet.includes(":"));
    return (
      subnetsOf(network).length > 0 &&
      wanted.every((pool) => has.some((one) => isAsWanted(pool, one))) &&
      has.every((one) => isChosen(one) || wanted.some((pool) => isAsWanted(pool, one)))
    );
  });
  return same.map(([key]) => key);
}

function isAsWanted(
  wanted: Pool,
  { Subnet, Gateway, IPRange = "", AuxiliaryAddresses: others }: ExistingPool,
): boolean {
  return (
    wanted.subnet === Subnet &&
    (wanted.gateway === undefined || wanted.gateway === Gateway) &&
    (wanted.ip_range ?? "") === IPRange &&
    isDeepStrictEqual(wanted.aux_addresses ?? {}, others ?? {})
  );
}

type Pool = NonNullable<Network["ipam"]["config"]>[number];

/** Another stage may remove a network between the two questions: it is left out. */
async function networksOf(engine: Engine): Promise<ExistingNetwork[]> {
  const listed = await listNetworks(engine);
  const found = await Promise.all(listed.map(({ Id: id }) => findNetwork(engine, id)));
  return found.filter((network) => network !== undefined);
}

/**
 * Where an existing volume differs from the compose file. The Engine cannot change a volume, and a new one in its place
 * would be empty.
 *
 * @param volumes the compose file's, by their key
 * @returns a sentence for each
 */
export function differences(volumes: Readonly<Record<string, Volume>>, found: readonly ListedVolume[]): string[] {
  return Object.entries(volumes).flatMap(([key, volume]) => {
    const it = found.find(({ Name }) => Name === volume.name);
    if (!it || volume.external) return [];
    const [has, wanted] = [it.Options ?? {}, volume.driver_opts ?? {}];
    const others = [...new Set([...Object.keys(has), ...Object.keys(wanted)])].filter(
      (name) => has[name] !== wanted[name],
    );
    const kept = Object.keys(volume.labels ?? {}).filter((label) => it.Labels?.[label] !== volume.labels?.[label]);
    const parts = [
      ...(plainDriver(it.Driver) === plainDriver(volume.driver ?? "local")
        ? []
        : [`the driver ${it.Driver}, not ${volume.driver ?? "local"}`]),
      ...(others.length === 0 ? [] : [`driver_opts ${shown(has, others)}, not ${shown(wanted, others)}`]),
    ];
    if (parts.length > 0) {
      return [
        `The volume ${key} (${volume.name}) is there already, with ${parts.join(", and with ")}: what the compose file says of it changes nothing, because the Engine cannot change a volume. Write what it has, or move its data to a volume of another name (docs/volumes.md says how).`,
      ];
    }
    return kept.length > 0
      ? [
          `The volume ${key} (${volume.name}) is there already, without the present labels ${kept.join(", ")}: the Engine cannot change them.`,
        ]
      : [];
  });
}

/** A driver's name without the tag that the Engine adds to a plugin's. */
function plainDriver(driver: string): string {
  return driver.replace(/:latest$/, "");
}

/** The options as text. Mount options may hold a password in plain text, which must not get into a log as well. */
function shown(options: Readonly<Record<string, string>>, names: readonly string[]): string {
  const pairs = [...names]
    .sort()
    .flatMap((name) => (options[name] === undefined ? [] : [`${name}: ${withoutPassword(name, options[name])}`]));
  return pairs.length > 0 ? `{ ${pairs.join(", ")} }` : "{}";
}

function withoutPassword(name: string, value: string): string {
  const secret = /pass(word|wd|phrase)?|secret|token|credentials?|key/i;
  return secret.test(name)
    ? "…"
    : value.replaceAll(/([^,=]*)=([^,]*)/g, (all, key: string) => (secret.test(key) ? `${key}=…` : all));
}

/**
 * Makes sure that each network can be made beside those of the Engine.
 *
 * @param networks the compose file's, by their key
 * @throws Error naming the network and the obstacle
 */
export function checkNetworks(
  { project, stage }: StageId,
  networks: Readonly<Record<string, Network>>,
  found: readonly ExistingNetwork[],
  machine: string,
): void {
  lookAtAll(Object.entries(networks), ([key, network]) => {
    if (network.external) checkExternal({ project, stage }, key, network, found, machine);
    else lookAtAll(subnetsOf(network), (subnet) => checkSubnet({ project, stage }, key, subnet, found, machine));
  });
}

function checkExternal(
  { project, stage }: StageId,
  key: string,
  { name = key }: Network,
  found: readonly ExistingNetwork[],
  machine: string,
): void {
  const it = networkCalled(name, found);
  if (!it) {
    throw new PlacedError(
      ["networks", key],
      `The network ${key} is external and named ${name}, which ${machine} does not have: create it (docker network create ${name}), or take external away.`,
    );
  }
  const { "slipway.project": ofProject = project, "slipway.stage": ofStage = stage } = it.Labels ?? {};
  if (ofProject === project && ofStage === stage) return;
  throw new PlacedError(
    ["networks", key],
    `The network ${key} is external and named ${name}, which is the network ${it.Name} of the stage ${ofProject}/${ofStage}: take one that belongs to no stage, such as docker network create makes.`,
  );
}

function checkSubnet(
  { project, stage }: StageId,
  key: string,
  subnet: string,
  found: readonly ExistingNetwork[],
  machine: string,
): void {
  for (const other of found) {
    const { "slipway.project": ofProject, "slipway.stage": ofStage } = other.Labels ?? {};
    if (ofProject === project && ofStage === stage) continue;
    const taken = other.IPAM.Config?.find(({ Subnet }) => Subnet !== undefined && overlap(subnet, Subnet))?.Subnet;
    if (taken === undefined) continue;
    const whose = ofProject === undefined ? "" : ` of the stage ${ofProject}/${ofStage}`;
    throw new PlacedError(
      ["networks", key],
      `The network ${key} has the subnet ${subnet}, and ${machine} has ${taken} in use for the network ${other.Name}${whose}: choose another subnet for this stage, with a variable (slipway:env) or in its overlay.`,
    );
  }
}

/**
 * Makes sure that nobody else has the names that a compose file gives to its networks.
 *
 * @throws Error naming the network with its place, and who has the name
 */
export function checkNames(
  { project, stage }: StageId,
  named: readonly NamedNetwork[],
  found: readonly ExistingNetwork[],
  machine: string,
): void {
  lookAtAll(named, ({ key, name, at }) => {
    const it = found.find(({ Name, Labels: labels }) => {
      const isOwn = labels?.["slipway.project"] === project && labels["slipway.stage"] === stage;
      return Name === name && !isOwn;
    });
    if (!it) return;
    const place = at ? `${at.file}:${at.line}:${at.column}: ` : "";
    const { "slipway.project": ofProject, "slipway.stage": ofStage } = it.Labels ?? {};
    throw new Error(
      ofProject === undefined
        ? `${place}networks.${key}.name: ${machine} has a network ${name} already, which belongs to no stage: remove it (docker network rm ${name}), or write external: true where others use it.`
        : `${place}networks.${key}.name: the stage ${ofProject}/${ofStage} has a network ${name} on ${machine} already: take name: away, or put the stage into it, as in name: \${SLIPWAY_STAGE}-${name}.`,
    );
  });
}

/** The network that the Engine finds by a name: its id, its name, or the beginning of an id, in this order. */
function networkCalled(name: string, found: readonly ExistingNetwork[]): ExistingNetwork | undefined {
  return (
    found.find(({ Id }) => Id === name) ??
    found.find(({ Name }) => Name === name) ??
    found.find(({ Id }) => Id?.startsWith(name))
  );
}

/** Two networks of one application cannot have one range either. */
function checkRanges(networks: Readonly<Record<string, Network>>): void {
  const all = Object.entries(networks).flatMap(([key, network]) =>
    subnetsOf(network).map((subnet) => ({ key, subnet })),
  );
  lookAtAll(all.entries(), ([index, one]) => {
    const other = all.slice(0, index).find(({ subnet }) => overlap(subnet, one.subnet));
    if (other) {
      throw new PlacedError(
        ["networks", one.key],
        `The network ${one.key} has the subnet ${one.subnet}, which overlaps ${other.subnet} of the network ${other.key}: choose another.`,
      );
    }
  });
}

import type { ListedVolume } from "../volumes";
import { portClaim, volumeClaims, type Claim } from "./claims";

/** The part that a container plays in its stage: `service db`, `job migrate`, `door api`, `role edge`. */
export type Part = string;

/** A container with everything that it holds while it runs. */
export interface Holder {
  id: string;
  name: string;
  part: Part;
  /** The image as its container names it. */
  image: string;
  claims: Claim[];
  /** The folders of the machine that it only reads; undefined: none. */
  reads?: string[];
  /** Whether it runs; a paused one does. */
  isRunning: boolean;
}

/** A container in the Engine's list (GET /containers/json), as far as it is read here. */
export interface Listed {
  Id: string;
  Names: string[];
  Image: string;
  Labels: Record<string, string> | null;
  State: string;
  Ports: { IP?: string; PublicPort?: number; Type: string }[] | null;
  Mounts: { Type: string; Name?: string; Source?: string; RW: boolean }[] | null;
  HostConfig?: { NetworkMode?: string };
  NetworkSettings: { Networks: Record<string, { IPAMConfig?: Addresses | null }> | null } | null;
}

interface Addresses {
  IPv4Address?: string;
  IPv6Address?: string;
}

/** The part by a container's labels; undefined for a container outside of a release, such as a running backup. */
export function partOf(labels: Readonly<Record<string, string>>): Part | undefined {
  const kind = ["service", "job", "check", "door"].find((one) => labels[`slipway.${one}`] !== undefined);
  const number = kind === "service" ? labels["slipway.replica"] : undefined;
  if (kind) return `${kind} ${labels[`slipway.${kind}`]}${number === undefined ? "" : `.${number}`}`;
  const role = labels["slipway.role"] ?? "";
  return role in roles ? `role ${role}` : undefined;
}

/** The words for parts of a stage that no compose file names. */
const roles: Record<string, string> = {
  edge: "the edge",
  registry: "the registry",
  certificates: "the certificates' client",
};

/** Whether a part's container runs to its end, as those of jobs and checks do. */
export function runsOnce(part: Part): boolean {
  return /^(job|check) /.test(part);
}

/** The words for a part in a sentence. */
export function calledPart(part: Part): string {
  const [kind = "", name = ""] = part.split(" ");
  if (kind === "door") return `the door of ${name}`;
  return kind === "role" ? (roles[name] ?? name) : name;
}

/** The holders among the listed containers, by their stage (`project/stage`), oldest first. */
export function holdersByStage(listed: readonly Listed[], volumes: readonly ListedVolume[]): Map<string, Holder[]> {
  const found = new Map<string, Listed[]>();
  // The Engine lists the newest first.
  for (const container of [...listed].reverse()) {
    const stage = `${container.Labels?.["slipway.project"]}/${container.Labels?.["slipway.stage"]}`;
    found.set(stage, [...(found.get(stage) ?? []), container]);
  }
  return new Map([...found].map(([stage, all]) => [stage, holders(all, volumes)]));
}

/** The holders among the listed containers, with the folders that their volumes stand for. */
export function holders(listed: readonly Listed[], volumes: readonly ListedVolume[] = []): Holder[] {
  const options = new Map(volumes.map(({ Name, Options }) => [Name, Options]));
  const services = new Map(listed.map(({ Id, Labels }) => [`container:${Id}`, Labels?.["slipway.service"]]));
  return listed.flatMap((container) => {
    const part = partOf(container.Labels ?? {});
    if (part === undefined) return [];
    const { Id: id, Names: [name = ""] = [], Image: image, State: state } = container;
    const host = services.get(container.HostConfig?.NetworkMode ?? "");
    const claims = [...claimsOfListed(container, options), ...guestOf(host)];
    const reads = foldersRead(container);
    const more = reads.length > 0 ? { reads } : {};
    return [{ id, name: name.replace(/^\//, ""), part, image, claims, ...more, isRunning: isRunning(state) }];
  });
}

/** Whether a container that the Engine lists in some state runs, by the Engine's own reckoning: one that is paused does. */
export function isRunning(state: string): boolean {
  return ["running", "paused", "restarting"].includes(state);
}

function foldersRead({ Mounts: mounts }: Listed): string[] {
  return (mounts ?? []).flatMap(({ RW, Type: type, Source: source = "" }) => (!RW && type === "bind" ? [source] : []));
}

function guestOf(service: string | undefined): Claim[] {
  return service === undefined ? [] : [{ kind: "guest", of: service }];
}

function claimsOfListed(
  { Ports: ports, Mounts: mounts, NetworkSettings: settings }: Listed,
  options: ReadonlyMap<string, ListedVolume["Options"]>,
): Claim[] {
  const written = (mounts ?? []).filter(({ RW, Type: type }) => RW && (type === "volume" || type === "bind"));
  const networks = Object.values(settings?.Networks ?? {});
  const addresses = networks.flatMap(({ IPAMConfig: own }) => [own?.IPv4Address, own?.IPv6Address]);
  return [
    ...written.flatMap(({ Type: type, Name: name = "", Source: source = "" }): Claim[] =>
      type === "volume" ? volumeClaims(name, options.get(name)) : [{ kind: "folder", path: source }],
    ),
    ...(ports ?? []).flatMap(({ PublicPort: port, Type: protocol, IP: ip }) =>
      port === undefined ? [] : [portClaim(port, protocol, ip)],
    ),
    ...addresses.flatMap((address): Claim[] => (address ? [{ kind: "address", address }] : [])),
  ];
}

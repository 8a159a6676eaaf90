import { docker, leftovers } from "./docker";
import type { Outputs } from "./engine";

/** What each engine left, by moment and then by engine. */
const left = new Map<string, Map<string, Left>>();

/** Everything of a stage that two engines have to agree on, by the name of each thing. */
export type Left = Record<string, unknown>;

/** The moments at which scenarios note what an engine left, in their order. */
export const moments = [
  "first update of staging",
  "promotion",
  "promotion of one changed service",
  "rollback",
  "update after the pin",
] as const;

export type Moment = (typeof moments)[number];

/** What the engines left at a moment; undefined for one that did not come by. */
export function leftAt(moment: Moment): { runner?: Left; pulumi?: Left } {
  return Object.fromEntries(left.get(moment) ?? []);
}

/** Where something is to be looked at. */
interface Place {
  engine: { name: string; outputs(stage: string): Promise<Partial<Outputs>> };
  project: string;
  stage: string;
  /** What is another in each project, by what it stands for: ports, secrets. */
  own: Readonly<Record<string, string>>;
}

/** Notes what an engine left at a moment. */
export async function note(moment: Moment, { engine, project, stage, own }: Place): Promise<void> {
  const { container, network, volume } = await leftovers(project, stage);
  const outputs = await engine.outputs(stage);
  const all = {
    ...named("container", await inspect("container", container), containerParts),
    ...named("network", await inspect("network", network), networkParts),
    ...named("volume", await inspect("volume", volume), volumeParts),
    outputs: sorted(outputs),
  };
  const text = likened(JSON.stringify(all), { ...own, [project]: "PROJECT" });
  const byEngine = left.get(moment) ?? new Map<string, Left>();
  byEngine.set(engine.name, JSON.parse(text) as Left);
  left.set(moment, byEngine);
}

type Inspected = Record<string, unknown> & { Name: string };

async function inspect(kind: string, names: string[]): Promise<Inspected[]> {
  return names.length > 0 ? (JSON.parse(await docker(kind, "inspect", ...names)) as Inspected[]) : [];
}

function named(kind: string, things: Inspected[], parts: (thing: never) => unknown): Left {
  const entries = things.map(
    (thing) => [`${kind} ${thing.Name.replace(/^\//, "")}`, sorted(parts(thing as never))] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface ContainerInspected {
  Image: string;
  Config: Record<string, unknown> & { Hostname: string };
  HostConfig: Record<string, unknown> & { Mounts?: unknown[] };
  Mounts: { Type: string; Name?: string; Destination: string; RW: boolean }[];
  NetworkSettings: { Networks: Record<string, { Aliases: string[] | null; IPAMConfig: unknown }> };
  State: { Status: string; Health?: { Status: string } };
}

function containerParts({ Image, Config, HostConfig, Mounts, NetworkSettings, State }: ContainerInspected): unknown {
  const { Hostname: own, ...config } = Config;
  return {
    image: Image,
    config: { ...config, Env: [...((config["Env"] as string[] | null) ?? [])].sort() },
    hostname: /^[0-9a-f]{12}$/.test(own) ? "its id" : own,
    host: HostConfig,
    mounts: Mounts.map(({ Type, Name, Destination, RW }) => ({ Type, Name, Destination, RW })),
    networks: Object.entries(NetworkSettings.Networks).map(([name, { Aliases, IPAMConfig }]) => ({
      name,
      // The Engine adds the container's own id.
      aliases: (Aliases ?? []).filter((alias) => !/^[0-9a-f]{12}$/.test(alias)).sort(),
      addresses: IPAMConfig,
    })),
    state: [State.Status, State.Health?.Status],
  };
}

function networkParts({ Driver, Internal, Attachable, EnableIPv6, Options, Labels }: Record<string, unknown>): unknown {
  return { Driver, Internal, Attachable, EnableIPv6, Options, Labels };
}

function volumeParts({ Driver, Options, Labels }: Record<string, unknown>): unknown {
  return { Driver, Options, Labels };
}

/** Lists that are sets to the Engine, and the order of keys, are no difference; nor is nothing, however it is written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    return items.every((item) => typeof item === "object") ? items.sort(byText) : items;
  }
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, part]) => !isNothing(part));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]));
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/**
 * Puts a word for everything that is another in each project: what is given, made-up endings of names, and, numbered in their
 * order, digests, releases and times.
 */
function likened(text: string, own: Readonly<Record<string, string>>): string {
  const given = Object.entries(own).sort(([a], [b]) => b.length - a.length);
  const known = given.reduce((all, [value, word]) => all.split(value).join(word), text);
  return [
    [/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g, "key"],
    [/\bage1[02-9ac-hj-np-z]{58}\b/g, "recipient"],
    [/sha256:[0-9a-f]{64}/g, "digest"],
    [/v[0-9a-f]{7}-\d{8}-\d{6}/g, "release"],
    [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time"],
    // What stands in it are ports, too.
    [/(?<="slipway\.definition":")[0-9a-f]{16}/g, "definition"],
    [/(?<="commit":")[0-9a-f]{7}/g, "commit"],
    [/(?<=[a-z]-)[0-9a-f]{7,8}(?=["/:\\@]|$)/g, ""],
  ].reduce((all, [pattern, word]) => numbered(all, pattern as RegExp, word as string), known);
}

function numbered(text: string, pattern: RegExp, word: string): string {
  const seen: string[] = [];
  return text.replace(pattern, (found) => {
    if (word === "") return "#";
    if (!seen.includes(found)) seen.push(found);
    return `${word} ${seen.indexOf(found) + 1}`;
  });
}

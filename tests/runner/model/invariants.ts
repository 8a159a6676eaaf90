import type { StagePlan } from "../../../plan/stage";
import { digestOf } from "../../components/engine";
import {
  addressOf,
  httpPort,
  imageOf,
  isChecked,
  names,
  portOf,
  volumeOf,
  type App,
  type Name,
  type Network,
} from "./app";
import { portsOf, volumesOf, writableOf, type Engine } from "./engine";

/** The HTTP services of an application that serve nobody: no edge, or one that sends their callers to nothing that is well. */
export function unserved(engine: Engine, { services }: App): string[] {
  return Object.entries(services).flatMap(([name, { role }]) =>
    role === "http" && !serves(engine, name as Name) ? [`${name} serves nobody`] : [],
  );
}

function serves(engine: Engine, name: Name): boolean {
  const port = `127.0.0.1:${httpPort(name)}`;
  const edge = engine.labelled("slipway.role", "edge").find((each) => each.running && portsOf(each).includes(port));
  const container = engine.containerNamed(edge?.serves?.[name] ?? "");
  if (!edge || !container || !engine.isHealthy(container)) return false;
  return [...container.networks].some((network) => edge.networks.has(network));
}

/**
 * The HTTP services that an update from one application towards another one may interrupt, because the preview says so: a port,
 * a network or an address range cannot be had twice.
 */
export function interrupted(from: App, to: App): Set<Name> {
  const http = (app: App): Name[] => names.filter((name) => app.services[name]?.role === "http");
  const all = http(from);
  const moved = (network: Network): boolean => from.networks[network] !== to.networks[network];
  const joined = (app: App): string[] => [
    ...new Set(http(app).map((name) => [...networksOf(app, name)].sort()[0] ?? "")),
  ];
  const edgeMoves =
    String(all) !== String(http(to)) ||
    String(joined(from).sort()) !== String(joined(to).sort()) ||
    joined(from).some((network) => network !== "default" && moved(network as Network));
  if (edgeMoves) return new Set(all);
  return new Set(all.filter((name) => networksOf(from, name).includes("pool") && moved("pool")));
}

function networksOf(app: App, name: Name): readonly string[] {
  const joined = app.services[name]?.networks ?? [];
  return joined.length > 0 ? joined : ["default"];
}

/** What on the machine is not as a stage that came up says: what is missing, what is wrong, what was left over. */
export function astray(engine: Engine, app: App, plan: StagePlan): string[] {
  return [...astrayContainers(engine, app, plan), ...astrayNetworks(engine, plan), ...astrayVolumes(engine)];
}

function astrayContainers(engine: Engine, { services }: App, plan: StagePlan): string[] {
  const count = (what: string, found: number, wanted: number): string[] =>
    found === wanted ? [] : [`${found} containers of ${what}, not ${wanted}`];
  const http = Object.values(services).some(({ role }) => role === "http");
  const files = names.filter((name) => (services[name]?.file ?? 0) > 0);
  const wanted = Object.keys(services).length + files.length + (http ? 1 : 0) + (plan.runsLocally ? 1 : 0);
  return [
    ...count("all", engine.containers.size, wanted),
    ...count("the edge", engine.labelled("slipway.role", "edge").length, http ? 1 : 0),
    ...count("the registry", engine.labelled("slipway.role", "registry").length, plan.runsLocally ? 1 : 0),
    ...names.flatMap((name) =>
      count(`${name}'s files`, engine.labelled("slipway.files", name).length, files.includes(name) ? 1 : 0),
    ),
    ...names.flatMap((name) => {
      const found = engine.labelled("slipway.service", name);
      const service = services[name];
      const problems = count(name, found.length, service ? 1 : 0);
      const [container] = found;
      if (!service || !container) return problems;
      const [repository = "", tag = ""] = imageOf(name, service).split(":");
      const { Image: image = "", Env: env, HostConfig: host } = container.options;
      const isRight = image.endsWith(digestOf(`shop/${repository}:${tag}`)) && String(env) === `LEVEL=${service.env}`;
      const isWell = container.running && (!isChecked(service) || engine.isHealthy(container));
      const fixed = addressOf(service) === undefined || service.networks.includes("pool") ? 0 : 1;
      const joins = Math.max(1, service.networks.length + fixed);
      return [
        ...problems,
        ...(isRight ? [] : [`${name} runs ${image} with ${String(env)}`]),
        ...(isWell ? [] : [`${name} is not well`]),
        ...(container.networks.size === joins ? [] : [`${name} is on ${container.networks.size} networks`]),
        ...((host?.Memory ?? 0) === service.memory << 20 ? [] : [`${name} may use ${host?.Memory} bytes`]),
      ];
    }),
  ];
}

function astrayNetworks(engine: Engine, plan: StagePlan): string[] {
  const declared = Object.values(plan.application.config.networks ?? {}).filter(({ external }) => !external).length;
  // The edge has one of its own, and so has a registry.
  const wanted = declared + (plan.application.routes.length > 0 ? 1 : 0) + (plan.runsLocally ? 1 : 0);
  const found = [...engine.networks.values()].map(({ name }) => name);
  return found.length === wanted ? [] : [`${found.length} networks, not ${wanted}: ${found.join(", ")}`];
}

/** Volumes with data may stay for ever; those with files are in use. */
function astrayVolumes(engine: Engine): string[] {
  const used = new Set([...engine.containers.values()].flatMap(({ options }) => volumesOf(options)));
  return [...engine.volumes.values()]
    .filter(({ name, labels }) => labels["slipway.files"] && !used.has(name))
    .map(({ name }) => `the volume ${name} with files is left over`);
}

/**
 * The services that hold something alone, and do not run although nothing took their place: neither their own new container nor one
 * that is well and has what they held.
 */
export function stoppedInVain(engine: Engine, { services }: App): string[] {
  const running = [...engine.containers.values()].filter((one) => one.running);
  return Object.entries(services).flatMap(([name, service]) => {
    const [volume, port] = [volumeOf(service), portOf(service)];
    if (volume === undefined && port === undefined) return [];
    const isThere = running.some(({ options }) => options.Labels?.["slipway.service"] === name);
    const isTaken = running.some(
      (one) =>
        engine.isHealthy(one) &&
        (writableOf(one.options).some((each) => each.endsWith(`_${volume}`)) ||
          portsOf(one).some((each) => each.endsWith(`:${port}`))),
    );
    return isThere || isTaken ? [] : [`${name} was stopped in vain`];
  });
}

/**
 * Whether callers were left without an edge by updates that did not come to their end: not where one of them has none, or moved a network with
 * an address range of its own, with all that is on it.
 */
export function edgeInVain(engine: Engine, good: App, tried: readonly App[]): string[] {
  const hasEdge = ({ services }: App): boolean => Object.values(services).some(({ role }) => role === "http");
  const stays = tried.every((app) => hasEdge(app) && app.networks.pool === good.networks.pool);
  if (!hasEdge(good) || !stays) return [];
  return engine.labelled("slipway.role", "edge").some(({ running }) => running) ? [] : ["no edge runs"];
}

import type { ContainerCreateOptions } from "dockerode";
import { ask, labelled, unlessGone } from "./ask";
import type { Engine } from "./engine";
import type { CheckTimes, State } from "./judge";
import { isOurs, type Listing } from "./labels";

/** A container as the Engine shows it (`docker container inspect`), as far as it is read here. */
export interface Inspected {
  Id: string;
  /** With a slash in front. */
  Name: string;
  /** The image's id. */
  Image: string;
  /** ISO 8601, UTC. */
  Created: string;
  State: State & { Paused?: boolean; FinishedAt: string };
  RestartCount: number;
  Config: {
    Image: string;
    Cmd: string[] | null;
    Labels: Record<string, string> | null;
    Healthcheck?: CheckTimes | null;
  };
  Mounts: { Type: string; RW: boolean; Destination: string; Name?: string; Source?: string }[];
  NetworkSettings: {
    Networks: Record<string, { NetworkID: string; IPAddress: string; Aliases?: string[] | null }> | null;
  };
}

/**
 * The containers that carry all of some labels, as the Engine lists them, the newest first. Where the labels are a stage's, only those that are its
 * own: labels alone make no container ours.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerList)
 *
 * @param labels as `name` or `name=value`, or by their names
 * @param running whether only those that run are meant
 * @throws Refused
 */
export async function listContainers<T>(
  engine: Engine,
  labels: Readonly<Record<string, string>> | readonly string[],
  { running = false } = {},
): Promise<T[]> {
  const all = running ? "" : "all=true&";
  const listed = JSON.parse(
    await ask(engine, "GET", `/containers/json?${all}${labelled(labels)}`, "list its containers"),
  ) as (T & Listing)[];
  return /slipway\.(project|stage)/.test(JSON.stringify(labels)) ? listed.filter(isOurs) : listed;
}

/**
 * How containers are, in the order of their names.
 *
 * @param names or ids
 * @throws Refused for one that is not there
 */
export async function inspectContainers(engine: Engine, names: readonly string[]): Promise<Inspected[]> {
  if (names.length === 0) return [];
  // Without a socket each question is a process: one for each of a hundred containers would load the machine that is being updated.
  if (engine.socket === undefined && names.length > 1) {
    return JSON.parse(await engine.command(["container", "inspect", ...names])) as Inspected[];
  }
  return Promise.all(names.map((name) => inspect(engine, name)));
}

/** The same of one; undefined where there is none. */
export function findContainer(engine: Engine, name: string): Promise<Inspected | undefined> {
  return inspect(engine, name).catch(unlessGone(undefined));
}

async function inspect(engine: Engine, name: string): Promise<Inspected> {
  return JSON.parse(await ask(engine, "GET", `/containers/${name}/json`, `show the container ${name}`)) as Inspected;
}

/**
 * Creates a container through the Engine's own interface, where its environment stands in no process's arguments, as it would in
 * those of `docker create`.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerCreate)
 *
 * @throws Refused
 */
export async function createContainer(
  engine: Engine,
  { name = "", ...options }: ContainerCreateOptions,
): Promise<void> {
  const path = `/containers/create?name=${encodeURIComponent(name)}`;
  await ask(engine, "POST", path, `create the container ${name}`, { content: JSON.stringify(options) });
}

/** @throws Refused, with what to do about it where that is known */
export async function startContainer(engine: Engine, name: string): Promise<void> {
  await ask(engine, "POST", `/containers/${name}/start`, `start the container ${name}`);
}

/**
 * Stops containers, all at once. No time goes with it, so that the Engine gives each the one that it was made with.
 *
 * @throws Refused for the first that is not stopped
 */
export async function stopContainers(engine: Engine, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => ask(engine, "POST", `/containers/${name}/stop`, `stop the container ${name}`)));
}

/** Takes a container away, whether it runs or not; one that is not there is no error. */
export async function removeContainer(engine: Engine, name: string, { volumes = false } = {}): Promise<void> {
  const path = `/containers/${name}?force=true${volumes ? "&v=true" : ""}`;
  await ask(engine, "DELETE", path, `take the container ${name} away`).catch(unlessGone(""));
}

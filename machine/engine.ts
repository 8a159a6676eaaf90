import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ask } from "../docker/ask";
import { listContainers } from "../docker/containers";
import type { Environment } from "../docker/context";
import type { Engine } from "../docker/engine";
import { holdersByStage, isRunning, type Listed } from "../docker/holders/holder";
import { isOurs } from "../docker/labels";
import { Unreachable } from "../docker/request";
import { listVolumes } from "../docker/volumes";
import { MachineError, type FoundEngine } from "./machine";

/**
 * Looks at a Docker Engine.
 *
 * @param machine what people call the machine, in a sentence
 * @throws MachineError when there is no `docker` command or no Engine answers
 */
export async function inspectEngine(engine: Engine, machine: string): Promise<FoundEngine> {
  if (!hasDocker(engine.environment)) {
    throw new MachineError(
      "The docker command is not on PATH: install Docker (https://docs.docker.com/engine/install/).",
    );
  }
  const [version, volumes, containers, info] = await Promise.all([
    ask(engine, "GET", "/version", "tell its version"),
    listVolumes(engine),
    listContainers<Listed>(engine, []),
    ask(engine, "GET", "/info", "tell of itself"),
  ]).catch((error: unknown) => {
    const said = error instanceof Unreachable ? error.said.split("\n").at(-1) : (error as Error).message;
    throw new MachineError(
      `The Docker Engine of ${machine} does not answer (${said}): start it, then run the command again.`,
    );
  });
  const { DockerRootDir: folder = "" } = JSON.parse(info) as { DockerRootDir?: string };
  const {
    Os: system,
    Arch: architecture,
    ApiVersion: api,
  } = JSON.parse(version) as { Os: string; Arch: string; ApiVersion?: string };
  const running = containers.filter(({ State: state }) => isRunning(state));
  return {
    platform: `${system}/${architecture}`,
    ...(api === undefined ? {} : { api }),
    ...(folder === "" ? {} : { folder }),
    volumes: new Map(volumes.map(({ Name: name, Labels: labels }) => [name, stageOf(labels)])),
    ports: new Map(running.flatMap(heldPorts)),
    holders: holdersByStage(containers.filter(isOurs), volumes),
    edges: new Map(running.filter(isOurs).flatMap(edgeOf)),
  };
}

/** Whether there is a `docker` command, which the steps of an update work with. */
function hasDocker({ PATH: path = "" }: Environment): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, "docker"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function stageOf(labels: Readonly<Record<string, string>> | null): string | undefined {
  const { "slipway.project": project = "", "slipway.stage": stage = "" } = labels ?? {};
  return project === "" && stage === "" ? undefined : `${project}/${stage}`;
}

function heldPorts(listed: Listed): [string, { name: string; stage?: string }][] {
  const {
    Names: [name = ""],
    Labels: labels,
    Ports: ports,
  } = listed;
  const holder = { name: name.replace(/^\//, ""), stage: isOurs(listed) ? stageOf(labels) : undefined };
  return (ports ?? []).flatMap(({ PublicPort: port, Type: protocol }) =>
    port === undefined ? [] : [[`${port}/${protocol}`, holder]],
  );
}

function edgeOf({ Labels: labels }: Listed): [string, string][] {
  const definition = labels?.["slipway.definition"];
  return definition ? [[stageOf(labels) ?? "/", definition]] : [];
}

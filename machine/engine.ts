import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { holdersByStage, type Listed } from "../docker/holders/holder";
import { listContainers, listVolumes } from "../docker/api";
import { MachineError, type FoundEngine } from "./machine";

const run = promisify(execFile);

interface DockerVersion {
  Server: { Os: string; Arch: string } | null;
}

/**
 * Looks at the Docker Engine that the `docker` command talks to.
 *
 * @param machine what people call the machine, in a sentence
 * @throws MachineError when there is no `docker` command or no Engine answers
 */
export async function inspectEngine(machine: string): Promise<FoundEngine> {
  const stage = '{{.Label "slipway.project"}}/{{.Label "slipway.stage"}}';
  const [version, volumes, containers, listed, options, folder] = await Promise.all([
    askDocker(machine, "version", "--format", "{{json .}}"),
    askDocker(machine, "volume", "ls", "--format", `{{.Name}}\t${stage}`),
    askDocker(machine, "ps", "--format", `{{.Names}}\t${stage}\t{{.Ports}}\t{{.Label "slipway.definition"}}`),
    // What the others find, in one sentence, this one need not say in another.
    listContainers<Listed>(["slipway.stage"]).catch(() => []),
    listVolumes().catch(() => []),
    askDocker(machine, "info", "--format", "{{.DockerRootDir}}").catch(() => ""),
  ]);
  const { Server: server } = JSON.parse(version) as DockerVersion;
  if (!server) {
    throw new MachineError(`The Docker Engine of ${machine} does not answer: start it, then run the command again.`);
  }
  return {
    platform: `${server.Os}/${server.Arch}`,
    ...(folder.trim() === "" ? {} : { folder: folder.trim() }),
    volumes: new Map(volumes.split("\n").filter(Boolean).map(owner)),
    ports: new Map(containers.split("\n").filter(Boolean).flatMap(heldPorts)),
    holders: holdersByStage(listed, options),
    edges: new Map(containers.split("\n").filter(Boolean).flatMap(edgeOf)),
  };
}

/**
 * Asks the `docker` command.
 *
 * @throws MachineError when there is none, or no Engine answers
 */
export async function askDocker(machine: string, ...args: string[]): Promise<string> {
  try {
    return (await run("docker", args, { maxBuffer: 64 << 20 })).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") {
      throw new MachineError(
        "The docker command is not on PATH: install Docker (https://docs.docker.com/engine/install/).",
      );
    }
    throw new MachineError(
      `The Docker Engine of ${machine} does not answer (${stderr?.trim().split("\n").at(-1) ?? String(error)}): start it, then run the command again.`,
    );
  }
}

function owner(line: string): [string, string | undefined] {
  const [name = "", stage] = line.split("\t");
  return [name, stage === "/" ? undefined : stage];
}

/** `0.0.0.0:8080->80/tcp, :::8080->80/tcp` holds 8080/tcp; a range `8080-8081->80-81/tcp` holds each. */
function heldPorts(line: string): [string, { name: string; stage?: string }][] {
  const [name = "", stage, ports = ""] = line.split("\t");
  const holder = { name, stage: stage === "/" ? undefined : stage };
  return [...ports.matchAll(/:(\d+)(?:-(\d+))?->[^/]*\/(\w+)/g)].flatMap(([, from, to, protocol]) => {
    const count = Number(to ?? from) - Number(from) + 1;
    return Array.from({ length: count }, (_, index): [string, typeof holder] => [
      `${Number(from) + index}/${protocol}`,
      holder,
    ]);
  });
}

function edgeOf(line: string): [string, string][] {
  const [, stage = "", , definition] = line.split("\t");
  return definition ? [[stage, definition]] : [];
}

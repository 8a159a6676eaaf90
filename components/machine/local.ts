import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const run = promisify(execFile);

/** What a stage must know of the machine that it runs on before it declares anything. */
export interface Machine {
  /** The Docker Engine's address; undefined: where Docker listens by default. */
  host?: string;
  /** The platform of the Engine, as Docker writes it: `linux/amd64`. */
  platform: string;
  /** The names of the Engine's volumes, with the stage that made each (`project/stage`), where one did. */
  volumes: Map<string, string | undefined>;
  /** The containers that hold ports of the machine, by port and protocol (`8080/tcp`), with the stage of each, where it is of one. */
  ports: Map<string, { name: string; stage?: string }>;
  /** The fingerprint of each edge's definition, by its stage (`project/stage`). */
  edges: Map<string, string>;
}

/** The Docker Engine of this machine cannot be used; the message says why and what to do. */
export class MachineError extends Error {}

interface DockerVersion {
  Client: { Context?: string };
  Server: { Os: string; Arch: string } | null;
}

/**
 * Looks at this machine's Docker Engine, which is the one that the `docker` command talks to.
 *
 * @returns its address, platform and volumes
 * @throws MachineError when there is no `docker` command or no Engine answers
 */
export async function inspectLocal(): Promise<Machine> {
  const stage = '{{.Label "slipway.project"}}/{{.Label "slipway.stage"}}';
  const [version, volumes, containers] = await Promise.all([
    docker_("version", "--format", "{{json .}}"),
    docker_("volume", "ls", "--format", `{{.Name}}\t${stage}`),
    docker_("ps", "--format", `{{.Names}}\t${stage}\t{{.Ports}}\t{{.Label "slipway.definition"}}`),
  ]);
  const { Client: client, Server: server } = JSON.parse(version) as DockerVersion;
  if (!server) {
    throw new MachineError("The Docker Engine of this machine does not answer: start it, then run the command again.");
  }
  return {
    host: await hostOf(client.Context),
    platform: `${server.Os}/${server.Arch}`,
    volumes: new Map(volumes.split("\n").filter(Boolean).map(owner)),
    ports: new Map(containers.split("\n").filter(Boolean).flatMap(heldPorts)),
    edges: new Map(containers.split("\n").filter(Boolean).flatMap(edgeOf)),
  };
}

/**
 * The provider for this machine's Docker Engine.
 *
 * @param credentials who logs in to which registry, for pulling images
 */
export function localProvider(
  name: string,
  machine: Machine,
  credentials: pulumi.Input<docker.types.input.ProviderRegistryAuth>[],
  opts: pulumi.CustomResourceOptions,
): docker.Provider {
  return new docker.Provider(
    name,
    { host: machine.host, registryAuth: credentials.length > 0 ? credentials : undefined },
    opts,
  );
}

/** A Docker context is known to the `docker` command only; the provider takes the address behind it. */
async function hostOf(context: string | undefined): Promise<string | undefined> {
  if (process.env["DOCKER_HOST"] || !context || context === "default") {
    return process.env["DOCKER_HOST"];
  }
  return (await docker_("context", "inspect", context, "--format", "{{.Endpoints.docker.Host}}")).trim();
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

async function docker_(...args: string[]): Promise<string> {
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
      `The Docker Engine of this machine does not answer (${stderr?.trim().split("\n").at(-1) ?? String(error)}): start it, then run the command again.`,
    );
  }
}

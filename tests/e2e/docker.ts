import assert from "node:assert/strict";
import { must, run } from "./run";

/** What `docker inspect` tells of a container, as far as the scenarios ask. */
export interface Container {
  Id: string;
  /** With a slash in front. */
  Name: string;
  /** The image's id. */
  Image: string;
  Created: string;
  Config: { Image: string; Env: string[]; Cmd: string[] | null; Labels: Record<string, string> };
  State: { Status: string; Health?: { Status: string } };
  HostConfig: {
    Memory: number;
    ReadonlyRootfs: boolean;
    SecurityOpt: string[] | null;
    LogConfig: { Type: string; Config: Record<string, string> };
    RestartPolicy: { Name: string };
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]> | null;
  };
  Mounts: { Type: string; Name?: string; Destination: string; RW: boolean }[];
  NetworkSettings: { Networks: Record<string, { Aliases: string[] | null }> };
}

/** Runs `docker`, which has to succeed; what it printed, without white space around it. */
export async function docker(...args: string[]): Promise<string> {
  return (await must("docker", args)).trim();
}

/** Every container of a project, or of one stage of it, running or not, oldest first. */
export async function containers(project: string, stage?: string): Promise<Container[]> {
  const ids = await ofProject("container", project, stage);
  const found = ids.length > 0 ? await inspected(ids) : [];
  return found.sort((a, b) => (a.Created < b.Created ? -1 : 1));
}

/** Inspects containers. One that went away since they were listed, as a killed update's may, is not among the answers. */
async function inspected(ids: string[]): Promise<Container[]> {
  const { code, stdout, stderr } = await run("docker", ["inspect", "--type", "container", ...ids]);
  const trouble = stderr.split("\n").filter((line) => line.trim() && !/No such container/i.test(line));
  assert.ok(code === 0 || trouble.length === 0, `docker inspect ended with ${code}: ${trouble.join("\n")}`);
  return JSON.parse(stdout) as Container[];
}

/** The containers that run a stage's services, by service: exactly one each. */
export async function services(project: string, stage: string): Promise<Record<string, Container>> {
  const running = (await containers(project, stage)).filter(({ Config }) => Config.Labels["slipway.service"]);
  const byService: Record<string, Container> = {};
  for (const container of running) {
    const service = container.Config.Labels["slipway.service"] ?? "";
    assert.equal(byService[service], undefined, `two containers of the service ${service} in ${stage}`);
    byService[service] = container;
  }
  return byService;
}

/** The id of each service's container. */
export async function ids(project: string, stage: string): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await services(project, stage)).map(([service, { Id }]) => [service, Id]));
}

/** What is left of a project or stage in the Docker Engine, by kind. */
export async function leftovers(
  project: string,
  stage?: string,
): Promise<Record<"container" | "network" | "volume", string[]>> {
  const [container, network, volume] = await Promise.all([
    ofProject("container", project, stage),
    ofProject("network", project, stage),
    ofProject("volume", project, stage),
  ]);
  return { container, network, volume };
}

/** Takes everything of a project out of the Docker Engine: what carries its label, and its images. */
export async function sweep(project: string): Promise<void> {
  const { container, network, volume } = await leftovers(project);
  const remove = async (kind: string, names: string[], ...flags: string[]): Promise<void> => {
    if (names.length > 0) {
      await run("docker", [kind, "rm", ...flags, ...names]);
    }
  };
  await remove("container", container, "--force", "--volumes");
  await remove("network", network);
  await remove("volume", volume);
  await remove("image", await imagesOf(project));
}

async function ofProject(kind: "container" | "network" | "volume", project: string, stage?: string): Promise<string[]> {
  const filters = [
    "--filter",
    `label=slipway.project=${project}`,
    ...(stage ? ["--filter", `label=slipway.stage=${stage}`] : []),
  ];
  const all = kind === "container" ? ["--all", "--no-trunc"] : [];
  return (await docker(kind, "ls", "--quiet", ...all, ...filters)).split("\n").filter(Boolean);
}

async function imagesOf(project: string): Promise<string[]> {
  const lines = (await docker("image", "ls", "--digests", "--format", "{{.Repository}}\t{{.Tag}}\t{{.Digest}}")).split(
    "\n",
  );
  return lines
    .map((line) => line.split("\t"))
    .filter(([repository = ""]) => repository.includes(`/${project}/`))
    .flatMap(([repository, tag, digest]) => [
      ...(tag === "<none>" ? [] : [`${repository}:${tag}`]),
      ...(digest === "<none>" ? [] : [`${repository}@${digest}`]),
    ]);
}

import type { StageId } from "../docker/labels";
import { docker } from "../docker/command";
import { judge, type State } from "../docker/health";

/** A container of a stage, as far as saving and restoring its data needs it. */
export interface StageContainer {
  id: string;
  /** Without the slash in front. */
  name: string;
  service: string;
  /** The image as the container names it, by digest. */
  image: string;
  /** The image's id in this Docker Engine. */
  imageId: string;
  /** ISO 8601, UTC. */
  created: string;
  state: State & { Paused?: boolean };
  restarts: number;
  /** The words of its command. */
  command: string[];
  /** The paths at which it writes to volumes, or to folders of the machine. */
  volumes: string[];
  /** The names of these volumes, and the paths of these folders. */
  holds: string[];
}

interface Inspected {
  Id: string;
  Name: string;
  Image: string;
  Created: string;
  State: StageContainer["state"];
  RestartCount: number;
  Config: { Image: string; Cmd: string[] | null; Labels: Record<string, string> };
  Mounts: { Type: string; RW: boolean; Destination: string; Name?: string; Source?: string }[];
}

/** The containers that a stage's services have on this machine, running or not, oldest first. */
export async function stageContainers({ project, stage }: StageId): Promise<StageContainer[]> {
  const filters = [`label=slipway.project=${project}`, `label=slipway.stage=${stage}`, "label=slipway.service"];
  const ids = (await docker(["ps", "--all", "--quiet", "--no-trunc", ...filters.flatMap((text) => ["--filter", text])]))
    .split("\n")
    .filter(Boolean);
  if (ids.length === 0) {
    return [];
  }
  const found = JSON.parse(await docker(["inspect", ...ids])) as Inspected[];
  return found.map(described).sort((a, b) => (a.created < b.created ? -1 : 1));
}

function described({ Id, Name, Image, Created, State, RestartCount, Config, Mounts }: Inspected): StageContainer {
  return {
    id: Id,
    name: Name.replace(/^\//, ""),
    service: Config.Labels["slipway.service"] ?? "",
    image: Config.Image,
    imageId: Image,
    created: Created,
    state: State,
    restarts: RestartCount,
    command: Config.Cmd ?? [],
    // Secrets and configs are mounted as well, but never for writing.
    volumes: Mounts.filter(isWritten).map(({ Destination }) => Destination),
    holds: Mounts.filter(isWritten).map(({ Name, Source = "" }) => Name ?? Source),
  };
}

function isWritten({ RW, Type }: Inspected["Mounts"][number]): boolean {
  return RW && Type !== "tmpfs";
}

/** How long, in milliseconds, a container that is still starting is waited for. */
const patience = 60_000;

/**
 * Waits until a container is well.
 *
 * @param within how long to wait for a container that is still starting, in milliseconds
 * @returns the problem; undefined: it is well
 */
export async function trouble(container: StageContainer, within = patience): Promise<string | undefined> {
  const until = Date.now() + within;
  for (;;) {
    const format = '{"state":{{json .State}},"restarts":{{.RestartCount}}}';
    const { state, restarts } = JSON.parse(await docker(["inspect", "--format", format, container.id])) as {
      state: StageContainer["state"];
      restarts: number;
    };
    if (state.Paused) {
      return "its container is paused";
    }
    const verdict = judge(state, restarts, Date.now());
    if (verdict.well || verdict.trouble) {
      return verdict.trouble;
    }
    if (state.Health?.Status === "unhealthy" || Date.now() > until) {
      return "its health check does not pass";
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

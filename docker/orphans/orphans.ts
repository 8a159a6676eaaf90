import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { StageId } from "../labels";
import { overlap } from "../ranges";
import { identity, others, stopped, type Labelled } from "./select";

/**
 * Removes the remains of a killed update: its containers run on, with their names, ports, volumes and network aliases,
 * and are in no state.
 */
export interface Orphans {
  /**
   * Clears the way for a network that must not be there twice. When it is about to be made, its predecessor is gone, so
   * another network with its labels is an orphan.
   *
   * @param labels the new network's labels
   * @param ranges its address ranges, which another network of the stage may still have because it was renamed;
   *   containers on that one are cut off from it
   */
  clearFor(labels: Readonly<Record<string, string>>, ranges: readonly string[]): Promise<void>;
  /**
   * Removes every container of a stage except some, and starts those of them that have stopped although they are to
   * run.
   *
   * @param kept the ids of those that stay
   */
  clearAllBut(stage: StageId, kept: readonly string[]): Promise<void>;
}

/**
 * The orphans on the Engine that the `docker` command talks to. Containers are stopped all at once, each with its own
 * grace; one that is removed by another process meanwhile is no error.
 *
 * @param say gets a line for each removal
 * @param go points the `docker` command at that Engine, where it is not yet
 */
export function dockerOrphans(say: (line: string) => void, go: () => Promise<void> = () => Promise.resolve()): Orphans {
  return {
    async clearFor(labels, ranges) {
      await go();
      await removeNetworks(await look("network", identity(labels)), say);
      if (ranges.length === 0) return;
      const { "slipway.project": project = "", "slipway.stage": stage = "" } = labels;
      for (const other of await look("network", { "slipway.project": project, "slipway.stage": stage })) {
        await giveUpRange(other, ranges, say);
      }
    },
    async clearAllBut({ project, stage }, kept) {
      await go();
      const found = await look("container", { "slipway.project": project, "slipway.stage": stage });
      await removeContainers(others(found, kept), say);
      for (const { id, name } of stopped(found, kept)) {
        await docker("start", id);
        say(`started the container ${name}, which had stopped`);
      }
    },
  };
}

/** All containers, running or not, or all networks that carry some labels. */
export async function look(
  what: "container" | "network",
  labels: Readonly<Record<string, string>>,
): Promise<Labelled[]> {
  const filters = Object.entries(labels).flatMap(([label, value]) => ["--filter", `label=${label}=${value}`]);
  const all = what === "container" ? ["--all"] : [];
  const ids = lines(await docker(what, "ls", "--quiet", "--no-trunc", ...all, ...filters));
  const told = what === "container" ? '{{json .Config.Labels}},"isRunning":{{.State.Running}}' : "{{json .Labels}}";
  const format = `{"id":{{json .Id}},"name":{{json .Name}},"labels":${told}}`;
  const seen = await Promise.all(
    // A container or network that goes meanwhile must not hide the others.
    ids.map((id) => docker(what, "inspect", "--format", format, id).catch(unlessGone)),
  );
  return seen.flatMap(lines).map((line) => {
    const { name, labels: own, ...rest } = JSON.parse(line) as Labelled & { labels: Record<string, string> | null };
    return { ...rest, name: name.replace(/^\//, ""), labels: own ?? {} };
  });
}

/** Stops containers, each with its own grace, and removes them; their volumes stay. */
export async function removeContainers(containers: readonly Labelled[], say: (line: string) => void): Promise<void> {
  await Promise.all(
    containers.map(async ({ id, name }) => {
      // The command names no time, so that the Engine uses each container's own.
      await docker("stop", id).catch(unlessGone);
      await docker("rm", "--force", id).catch(unlessGone);
      say(`took the container ${name} away, which an earlier update left`);
    }),
  );
}

/** Removes networks without containers. */
export async function removeNetworks(networks: readonly Labelled[], say: (line: string) => void): Promise<void> {
  await Promise.all(
    networks.map(async ({ id, name }) => {
      await docker("network", "rm", id).catch(unlessGone);
      say(`took the network ${name} away, which an earlier update left`);
    }),
  );
}

/** Removes a network whose address range another one is to have; its containers go on without it. */
async function giveUpRange(
  { id, name }: Labelled,
  ranges: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const told = await docker("network", "inspect", "--format", "{{json .}}", id).catch(unlessGone);
  if (told === "") return;
  const { IPAM: ipam, Containers: on } = JSON.parse(told) as {
    IPAM: { Config: { Subnet: string }[] | null };
    Containers: Record<string, unknown> | null;
  };
  const own = (ipam.Config ?? []).map(({ Subnet: subnet }) => subnet);
  if (!own.some((subnet) => ranges.some((range) => overlap(subnet, range)))) return;
  say(`the network ${name} is taken away, because another one has its address range ${own.join(", ")} by now`);
  for (const container of Object.keys(on ?? {})) {
    await docker("network", "disconnect", "--force", id, container).catch(unlessGone);
  }
  await docker("network", "rm", id).catch(unlessGone);
}

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", args, { maxBuffer: 64 << 20 });
  return stdout;
}

function unlessGone(error: unknown): string {
  if (/no such|not found|already in progress/i.test(String((error as { stderr?: string }).stderr))) return "";
  throw error;
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}

import { listContainers, removeContainer, startContainer, stopContainers } from "../containers";
import { unlessGone } from "../ask";
import type { Engine } from "../engine";
import type { StageId } from "../labels";
import { disconnectNetwork, findNetwork, listNetworks, removeNetwork } from "../networks";
import { overlap } from "../ranges";
import { isRunning, type Listed } from "../holders/holder";
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
 * The orphans on a machine. Containers are stopped with the grace that each was made with, all at once; one that somebody else takes
 * away meanwhile is no error.
 *
 * @param on gives the machine's Engine, once that is there
 * @param say is told of each thing that was taken away, in a line
 */
export function dockerOrphans(on: () => Promise<Engine>, say: (line: string) => void): Orphans {
  return {
    async clearFor(labels, ranges) {
      const engine = await on();
      await removeNetworks(engine, await look(engine, "network", identity(labels)), say);
      if (ranges.length === 0) return;
      const { "slipway.project": project = "", "slipway.stage": stage = "" } = labels;
      for (const other of await look(engine, "network", { "slipway.project": project, "slipway.stage": stage })) {
        await giveUpRange(engine, other, ranges, say);
      }
    },
    async clearAllBut({ project, stage }, kept) {
      const engine = await on();
      const found = await look(engine, "container", { "slipway.project": project, "slipway.stage": stage });
      await removeContainers(engine, others(found, kept), say);
      for (const { id, name } of stopped(found, kept)) {
        await startContainer(engine, id);
        say(`started the container ${name}, which had stopped`);
      }
    },
  };
}

/** All containers, running or not, or all networks that carry some labels. */
export async function look(
  engine: Engine,
  what: "container" | "network",
  labels: Readonly<Record<string, string>>,
): Promise<Labelled[]> {
  if (what === "network") {
    const found = await listNetworks(engine, labels);
    return found.map(({ Id: id, Name: name, Labels: own }) => ({ id, name, labels: own ?? {} }));
  }
  const found = await listContainers<Listed>(engine, labels);
  return found.map(({ Id: id, Names: [name = ""], Labels: own, State: state }) => ({
    id,
    name: name.replace(/^\//, ""),
    labels: own ?? {},
    isRunning: isRunning(state),
  }));
}

/** Stops containers, each with its own grace, and takes them away; their volumes stay. */
export async function removeContainers(
  engine: Engine,
  containers: readonly Labelled[],
  say: (line: string) => void,
): Promise<void> {
  await Promise.all(
    containers.map(async ({ id, name }) => {
      await stopContainers(engine, [id]).catch(unlessGone(undefined));
      await removeContainer(engine, id);
      say(`took the container ${name} away, which an earlier update left`);
    }),
  );
}

/** Removes networks without containers. */
export async function removeNetworks(
  engine: Engine,
  networks: readonly Labelled[],
  say: (line: string) => void,
): Promise<void> {
  await Promise.all(
    networks.map(async ({ id, name }) => {
      await removeNetwork(engine, id);
      say(`took the network ${name} away, which an earlier update left`);
    }),
  );
}

/** Removes a network whose address range another one is to have; its containers go on without it. */
async function giveUpRange(
  engine: Engine,
  { id, name }: Labelled,
  ranges: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const found = await findNetwork(engine, id);
  if (!found) return;
  const own = (found.IPAM.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []);
  if (!own.some((subnet) => ranges.some((range) => overlap(subnet, range)))) return;
  say(`the network ${name} is taken away, because another one has its address range ${own.join(", ")} by now`);
  for (const container of Object.keys(found.Containers ?? {})) {
    await disconnectNetwork(engine, id, container);
  }
  await removeNetwork(engine, id);
}

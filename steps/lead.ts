import type { StageId } from "../docker/labels";
import { listContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import type { Listed } from "../docker/holders/holder";
import { RunningDoor } from "../edge/door";
import { RunningEdge } from "../edge/running";
import { layOut, type Wanted } from "../edge/write";
import { listeningIn } from "../docker/listening";
import { startStopped } from "../docker/start";
import type { Say } from "../docker/say";

/** What telling an edge where it leads callers needs. */
export interface LeadInput extends Wanted {
  /** Whose edge it is. */
  id: StageId;
  /** The edge's container. */
  edge: string;
  /** The doors of the names that lead to it, with the ports that are known before anything runs behind them. */
  doors: { service: string; container: string; image: string; ports: number[] }[];
}

/**
 * Tells a running edge where it is to listen, and whom to trust. It loads that without a request being lost, and serves the release that serves as
 * it did before; what is new counts from the cutover on.
 */
export async function lead(input: LeadInput, say: Say, engine: Engine): Promise<{ edge: string }> {
  const { id, edge: container, doors } = input;
  const itself = { service: "the edge", container };
  await startStopped(
    engine,
    undefined,
    [itself, ...doors.map((door) => ({ ...door, service: `the door of ${door.service}` }))],
    say,
  );
  const edge = new RunningEdge(engine, container);
  const { serving, containers } = await edge.settled(say);
  const behind = await Promise.all(
    doors.map(async (door) => {
      const known = serving && containers[serving][door.service];
      const running = await runningOf(engine, id, door.service, known);
      // Callers found it by itself so far.
      if (serving && !known && running) await edge.place(serving, door.service, running);
      return { ...door, running };
    }),
  );
  if (await layOut(edge, input)) say("the edge has loaded its configuration");
  await Promise.all(
    behind.map(async ({ container: door, image, ports, running }) => {
      const found = running === undefined ? [] : (await listeningIn(engine, running, image)).tcp;
      await new RunningDoor(engine, door).listen([...ports, ...found]);
    }),
  );
  return { edge: container };
}

/**
 * The name of the container that answers for a service by now.
 *
 * @param known the one that the edge knows
 * @returns undefined where none runs
 */
async function runningOf(
  engine: Engine,
  { project, stage }: StageId,
  service: string,
  known?: string,
): Promise<string | undefined> {
  const labels = { "slipway.project": project, "slipway.stage": stage, "slipway.service": service };
  // The oldest is the last.
  const found = await listContainers<Listed>(engine, labels, { running: true });
  const names = found.map(({ Names: [name = ""] }) => name.replace(/^\//, ""));
  return known !== undefined && names.includes(known) ? known : names.at(-1);
}

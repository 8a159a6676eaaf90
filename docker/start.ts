import { beside } from "./holders/handBack";
import { stageHolders } from "./holders/holders";
import type { StageId } from "./labels";
import { startContainer, stopContainers } from "./containers";
import type { Engine } from "./engine";
import { states, verify, type Verified } from "./health";
import type { Say } from "./say";

/**
 * Starts the containers that have stopped, and waits until they are well: somebody stopped them, or the Docker Engine restarted just
 * when they were made. The engine of the update takes them for running, so nothing else would. What an update that was killed left
 * running in their place is stopped before.
 *
 * @param stage whose they are; undefined: they hold nothing alone
 * @throws Error naming one that does not come up, with its last log lines
 */
export async function startStopped(
  engine: Engine,
  stage: StageId | undefined,
  containers: Verified[],
  say: Say,
): Promise<void> {
  const seen = await states(
    engine,
    containers.map(({ container }) => container),
  );
  const stopped = containers.filter((_, index) => {
    const state = seen[index]?.state;
    return state && !state.Running && !state.Restarting;
  });
  if (stopped.length === 0) {
    return;
  }
  const inTheWay = beside(
    stopped.map(({ container }) => container),
    containers.map(({ container }) => container),
    stage ? await stageHolders(engine, stage) : [],
  );
  if (inTheWay.length > 0) {
    say(`stopping ${inTheWay.map(({ name }) => name).join(", ")}, which an earlier update left`);
    await stopContainers(
      engine,
      inTheWay.map(({ id }) => id),
    );
  }
  stopped.forEach(({ service }) => say(`${service} had stopped: starting it`));
  for (const { container } of stopped) await startContainer(engine, container);
  await verify(engine, stopped, say);
}

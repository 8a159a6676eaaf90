import { docker } from "./docker";
import { states, verify, type Verified } from "./health";
import type { Say } from "./step";

/**
 * Starts the containers that have stopped, and waits until they are well: somebody stopped them, or the Docker Engine restarted just
 * when they were made. The engine of the update takes them for running, so nothing else would.
 *
 * @throws Error naming one that does not come up, with its last log lines
 */
export async function startStopped(containers: Verified[], say: Say): Promise<void> {
  const seen = await states(containers.map(({ container }) => container));
  const stopped = containers.filter((_, index) => {
    const state = seen[index]?.state;
    return state && !state.Running && !state.Restarting;
  });
  if (stopped.length === 0) {
    return;
  }
  stopped.forEach(({ service }) => say(`${service} had stopped: starting it`));
  await docker(["start", ...stopped.map(({ container }) => container)]);
  await verify(stopped, say);
}

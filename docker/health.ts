import { inspectContainers, type Inspected } from "./containers";
import type { Engine } from "./engine";
import { deadline, judge, judgeReady, lateTrouble, type ContainerState, type Verdict } from "./judge";
import type { Say } from "./say";
import { unwell } from "./unwell";

/** A container whose health is a condition. */
export interface Verified {
  service: string;
  /** Its name or id. */
  container: string;
}

/**
 * Makes sure that containers run and, where they have a health check, that it passes.
 *
 * @throws Error naming the first that is not well, with its last log lines
 */
export async function verify(engine: Engine, containers: Verified[], say: Say): Promise<void> {
  await waitFor(engine, containers, ({ state, restarts }, now) => judge(state, restarts, now));
  say(`${containers.length} containers are well`);
}

/**
 * Waits until containers may be sent requests: those that have a health check, their own or their image's, pass it, and all others run. The
 * engine of the update waits for the health checks of the compose file alone.
 *
 * @throws Error naming the first that does not come so far, with its last log lines
 */
export async function becomeReady(engine: Engine, containers: Verified[], say: Say): Promise<void> {
  await waitFor(engine, containers, judgeReady, (service) => say(`waiting for ${service} to become healthy`));
}

/** Says of a container whether it is as it should be; what is wrong with it, where waiting would not help. */
type Judge = (seen: ContainerState, now: number, began: number) => Verdict;

async function waitFor(
  engine: Engine,
  containers: Verified[],
  judged: Judge,
  onWait?: (service: string) => void,
): Promise<void> {
  const began = Date.now();
  const told = new Set<string>();
  let waiting = containers;
  for (;;) {
    waiting = await notYetWell(engine, waiting, judged, began);
    if (waiting.length === 0) return;
    for (const { service } of waiting.filter(({ service }) => !told.has(service))) {
      told.add(service);
      onWait?.(service);
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** @param began since when they are waited for, in milliseconds since 1970 */
async function notYetWell(engine: Engine, containers: Verified[], judged: Judge, began: number): Promise<Verified[]> {
  const seen = await states(
    engine,
    containers.map(({ container }) => container),
  );
  const waiting: Verified[] = [];
  for (const [index, { service, container }] of containers.entries()) {
    const it = seen[index] as ContainerState;
    const { trouble, well } = judged(it, Date.now(), began);
    if (trouble || (!well && Date.now() > deadline(it, began))) {
      throw new Error(unwell(`The service ${service}`, trouble ?? lateTrouble(it), it, await logOf(engine, container)));
    }
    if (!well) {
      waiting.push({ service, container });
    }
  }
  return waiting;
}

/** The last lines of a container's log; nothing where there is none. */
export function logOf(engine: Engine, container: string, lines = 20): Promise<string> {
  return engine.command(["logs", "--tail", String(lines), container], { both: true }).catch(() => "");
}

/**
 * How containers are, in the order of their names.
 *
 * @throws Error for one that is not there
 */
export async function states(engine: Engine, containers: readonly string[]): Promise<ContainerState[]> {
  return (await inspectContainers(engine, containers)).map(stateOf);
}

/** What of a container tells how it is. */
export function stateOf({ State: state, RestartCount: restarts, Config: config }: Inspected): ContainerState {
  return { state, restarts, check: config.Healthcheck };
}

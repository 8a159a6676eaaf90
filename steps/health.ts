import { docker } from "./docker";
import type { Say } from "./step";

/** A container whose health is a condition. */
export interface Verified {
  service: string;
  /** Its name or id. */
  container: string;
}

/** What the Engine says of a container (`docker inspect`, State). */
export interface State {
  Status: string;
  Running: boolean;
  Restarting: boolean;
  ExitCode: number;
  StartedAt: string;
  Health?: { Status: string };
}

/** How long, in milliseconds, a container without a health check must have run to count as well. */
const settling = 3000;

/** The same for one that ended before: long enough to see it end again. */
const settlingAgain = 10_000;

/** How long, in milliseconds, a container that is still starting is waited for. */
const patience = 60_000;

/**
 * Makes sure that containers run and, where they have a health check, that it passes.
 *
 * @throws Error naming the first that is not well, with its last log lines
 */
export async function verify(containers: Verified[], say: Say): Promise<void> {
  const until = Date.now() + patience;
  let waiting = containers;
  for (;;) {
    waiting = await notYetWell(waiting, Date.now() > until);
    if (waiting.length === 0) {
      break;
    }
    await new Promise((done) => setTimeout(done, 250));
  }
  say(`${containers.length} containers are well`);
}

/** @param late whether those that are not well yet have been waited for long enough */
async function notYetWell(containers: Verified[], late: boolean): Promise<Verified[]> {
  const seen = await states(containers.map(({ container }) => container));
  const waiting: Verified[] = [];
  for (const [index, { service, container }] of containers.entries()) {
    const { state, restarts } = seen[index] as ContainerState;
    const { trouble, well } = judge(state, restarts, Date.now());
    if (trouble || (late && !well)) {
      throw new Error(
        `The service ${service} is not well: ${trouble ?? "its health check does not pass"}.\n${await logOf(container)}`.trim(),
      );
    }
    if (!well) {
      waiting.push({ service, container });
    }
  }
  return waiting;
}

/**
 * Judges a container. Its health check decides; without one it is well once it has run for a while, also after it ended
 * before, as a program does that starts sooner than its database.
 *
 * @param restarts how often the Engine has started it again
 * @param now in milliseconds since 1970
 * @returns whether it is well; what is wrong with it, where waiting would not help
 */
export function judge(state: State, restarts: number, now: number): { well: boolean; trouble?: string } {
  if (state.Restarting) {
    return { well: false, trouble: `its container keeps ending (exit code ${state.ExitCode})` };
  }
  if (!state.Running) {
    return { well: false, trouble: `its container is ${state.Status} (exit code ${state.ExitCode})` };
  }
  if (state.Health) {
    // It was healthy a moment ago: on a machine that is busy with the update itself a check may come too late.
    return { well: state.Health.Status === "healthy" };
  }
  return { well: now - Date.parse(state.StartedAt) >= (restarts > 0 ? settlingAgain : settling) };
}

/** What the Engine says of a container, with how often it has started it again. */
export interface ContainerState {
  state: State;
  restarts: number;
}

/** The last lines of a container's log; nothing where there is none. */
export function logOf(container: string): Promise<string> {
  return docker(["logs", "--tail", "20", container], { both: true }).catch(() => "");
}

/**
 * How containers are, in the order of their names. All are asked for at once: a process for each of a hundred containers would
 * load the machine that is being updated.
 *
 * @throws Error for one that is not there
 */
export async function states(containers: string[]): Promise<ContainerState[]> {
  if (containers.length === 0) {
    return [];
  }
  const format = '{"state":{{json .State}},"restarts":{{.RestartCount}}}';
  const lines = (await docker(["inspect", "--format", format, ...containers])).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as ContainerState);
}

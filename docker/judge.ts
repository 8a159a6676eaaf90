import { failedChecks } from "./unwell";

/** A health check as the Engine keeps it, the service's own or its image's: times in nanoseconds; 0 or none: the Engine's default. */
export interface CheckTimes {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}

/** What the Engine says of a container (`docker inspect`, State). */
export interface State {
  Status: string;
  Running: boolean;
  Restarting: boolean;
  ExitCode: number;
  StartedAt: string;
  OOMKilled?: boolean;
  Health?: Health;
}

/** What the Engine says of a container's health check. */
export interface Health {
  Status: string;
  /** How often it has failed since it last passed. */
  FailingStreak?: number;
  /** Its last tries, the latest one last. */
  Log?: { ExitCode: number; Output: string }[] | null;
}

/** What the Engine says of a container, with how often it has started it again, and its health check. */
export interface ContainerState {
  state: State;
  restarts: number;
  check?: CheckTimes | null;
}

/** Whether a container is well; what is wrong with it, where waiting would not help. */
export interface Verdict {
  well: boolean;
  trouble?: string;
}

/** How long, in milliseconds, a container without a health check must have run to count as well. */
const minimumUptime = 3000;

/** The same for one that ended before: long enough to see it end again. */
const minimumUptimeAfterEnd = 10_000;

/** How long, in milliseconds, a container that is still starting is waited for, where its health check does not allow for more. */
const timeout = 60_000;

/** How long, in milliseconds, one without a health check is waited for that ends and is started again. */
const restarting = 10_000;

/** The same for one with a health check, where that allows for no more before it counts (healthcheck.start_period). */
const restartingChecked = 30_000;

/** What is wrong with a container that has had all the time that it may take. */
export function lateTrouble({ state, check }: ContainerState): string {
  return state.Restarting ? keepsEnding(state) : failedChecks(state, check?.Retries);
}

function keepsEnding(state: State): string {
  const hint = onceHint(state);
  // The Engine starts it again, so the file says something else than "no" by now.
  return `its container keeps ending (exit code ${state.ExitCode})${hint && `${hint} or restart: "no"`}`;
}

/**
 * What ends well has done what it is there for: most often a migration or a seed that is written as a service.
 *
 * @returns the end of a sentence; empty for another exit code than 0, and for a container that never ran
 */
export function onceHint({ ExitCode, Status }: State): string {
  return ExitCode === 0 && Status !== "created" ? "; if it is to run once, write profiles: [job]" : "";
}

/**
 * When, in milliseconds since 1970, a container is waited for no longer: once its health check has had all of its tries since the
 * start, and a minute after it was first looked at.
 *
 * @param began when that was, in milliseconds since 1970
 */
export function deadline({ state, check }: Pick<ContainerState, "state" | "check">, began: number): number {
  if (!state.Health && state.Restarting) return began + restarting;
  const started = Date.parse(state.StartedAt) || began;
  return Math.max(began + timeout, state.Health ? started + allowed(check ?? {}) : 0);
}

/** What a health check allows for, in milliseconds, with half a minute for a busy machine; by the Engine's own defaults. */
function allowed({ Interval, Timeout, StartPeriod = 0, Retries }: CheckTimes): number {
  const [interval, timeout] = [Interval || 30e9, Timeout || 30e9];
  return (StartPeriod + (interval + timeout) * ((Retries || 3) + 1)) / 1e6 + 30_000;
}

/**
 * Judges a container. Its health check decides; without one it is well once it has run for a while, also after it ended
 * before, as a program does that starts sooner than its database.
 *
 * @param restarts how often the Engine has started it again
 * @param now in milliseconds since 1970
 * @returns whether it is well; what is wrong with it, where waiting would not help
 */
export function judge(state: State, restarts: number, now: number): Verdict {
  if (state.Restarting) {
    return { well: false, trouble: keepsEnding(state) };
  }
  if (!state.Running) {
    return { well: false, trouble: hasEnded(state) };
  }
  if (state.Health) {
    // It was healthy a moment ago: on a machine that is busy with the update itself a check may come too late.
    return { well: state.Health.Status === "healthy" };
  }
  return { well: now - Date.parse(state.StartedAt) >= (restarts > 0 ? minimumUptimeAfterEnd : minimumUptime) };
}

/**
 * Judges whether a container may be sent requests. One that ends and is started again may yet find what it waits for, within the time that
 * its health check allows before it counts.
 *
 * @param now in milliseconds since 1970
 * @param began since when it is waited for, in milliseconds since 1970
 */
export function judgeReady({ state, restarts, check }: ContainerState, now: number, began: number): Verdict {
  if (!state.Running && !state.Restarting) {
    return { well: false, trouble: hasEnded(state) };
  }
  if (state.Restarting) {
    const beginning = Math.max((check?.StartPeriod ?? 0) / 1e6, restartingChecked);
    return state.Health && restarts > 2 && now - began > beginning
      ? { well: false, trouble: keepsEnding(state) }
      : { well: false };
  }
  if (isGivenUp(state, check)) return { well: false, trouble: failedChecks(state, check?.Retries) };
  return { well: (state.Health?.Status ?? "healthy") === "healthy" };
}

/**
 * Whether the Engine calls a container unhealthy by its check, which has failed as often as it may. It calls so what has just been started
 * again as well, for a moment (moby: CloseMonitorChannel in container/health.go).
 */
function isGivenUp({ Health: health }: State, check: CheckTimes | null = {}): boolean {
  return health?.Status === "unhealthy" && (health.FailingStreak ?? Infinity) >= (check?.Retries || 3);
}

/**
 * Judges a container behind the edge, which was well when that began to send requests to it.
 *
 * @param before how often it had been started again by then
 */
export function judgeServing({ state, restarts }: ContainerState, before: Pick<ContainerState, "restarts">): Verdict {
  if (!state.Running || state.Restarting) {
    return { well: false, trouble: hasEnded(state) };
  }
  if (restarts > before.restarts) return { well: false, trouble: "its container ended and was started again" };
  return state.Health?.Status === "unhealthy"
    ? { well: false, trouble: "its health check does not pass any more" }
    : { well: true };
}

function hasEnded(state: State): string {
  return `its container is ${state.Status} (exit code ${state.ExitCode})${onceHint(state)}`;
}

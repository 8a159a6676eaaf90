import type { HttpCheck } from "./httpChecks";
import type { Slot } from "./layout";
import { anyConnected } from "./connectors";
import type { RunningEdge } from "./running";
import { onceHint, states, type ContainerState, type Verified } from "../docker/health";
import { CheckError, tryThrough } from "./tryCheck";

/** The subjects of the watch over a release that serves. */
export interface Watched {
  containers: Verified[];
  /** The connectors of the stage's tunnel, of which one has to be connected. */
  connectors?: Verified[];
  checks: HttpCheck[];
  /** The slot to go back to. */
  back: Slot | undefined;
  /** How long it is watched, in seconds. */
  watch: number;
}

/** How long, in seconds, a switch counts without a word from the process that made it. */
export const switchLease = 10;

/** How many failures in a row are tolerated: a request may be lost for other reasons. */
const tolerated = 2;

/** A container of a release that has just begun to serve is not well. */
export class ContainerError extends Error {
  constructor(
    readonly service: string,
    trouble: string,
  ) {
    super(`The service ${service} is not well behind the edge: ${trouble}.`);
  }
}

/**
 * Watches a release that has just begun to serve: its containers, its checks the way people reach it, and whether
 * people reach it at all. One lost connector comes back by itself, and says nothing of the release.
 *
 * @throws CheckError, ContainerError naming the problem; Error when no connector is connected; Error when the edge
 *   has gone back by itself
 */
export async function watchOver(
  edge: RunningEdge,
  { containers, connectors = [], checks, back, watch }: Watched,
): Promise<void> {
  const until = Date.now() + watch * 1000;
  const before = await states(containers.map(({ container }) => container));
  const failures = new Map<HttpCheck, number>();
  let unreached = 0;
  for (;;) {
    const began = Date.now();
    await Promise.all([
      edge.prolong(back, switchLease + Math.max(0, ...checks.map(({ timeout }) => timeout))),
      look(containers, before),
      anyConnected(connectors).then((any) => (unreached = any ? 0 : unreached + 1)),
      ...checks.map((check) => again(edge, check, failures)),
    ]);
    if (unreached > tolerated)
      throw new Error("None of the tunnel's connectors is connected, so nobody reaches the release.");
    // Checks that have failed so far decide, even after the time is over.
    if (Date.now() >= until && [unreached, ...failures.values()].every((count) => count === 0)) return;
    await new Promise((done) =>
      setTimeout(done, Math.max(0, Math.min(began + 1000, Math.max(until, began)) - Date.now())),
    );
  }
}

async function again(edge: RunningEdge, check: HttpCheck, failures: Map<HttpCheck, number>): Promise<void> {
  const trouble = await tryThrough(edge, check);
  const count = trouble === undefined ? 0 : (failures.get(check) ?? 0) + 1;
  failures.set(check, count);
  if (trouble !== undefined && count > tolerated) throw new CheckError(check, trouble, "through the edge");
}

async function look(containers: Verified[], before: ContainerState[]): Promise<void> {
  const now = await states(containers.map(({ container }) => container));
  containers.forEach(({ service }, index) => {
    const trouble = troubleOf(now[index] as ContainerState, before[index] as ContainerState);
    if (trouble !== undefined) throw new ContainerError(service, trouble);
  });
}

/** The problem of a container that was well when the watch began; undefined: it is still well. */
export function troubleOf(
  { state, restarts }: ContainerState,
  before: Pick<ContainerState, "restarts">,
): string | undefined {
  if (!state.Running || state.Restarting) {
    return `its container is ${state.Status} (exit code ${state.ExitCode})${onceHint(state)}`;
  }
  if (restarts > before.restarts) return "its container ended and was started again";
  if (state.Health?.Status === "unhealthy") return "its health check does not pass any more";
  return undefined;
}

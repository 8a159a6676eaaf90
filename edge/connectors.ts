import { setTimeout as wait } from "node:timers/promises";
import { judge, logOf, states, type ContainerState, type Verified } from "../docker/health";
import { startStopped } from "../docker/start";
import type { Say } from "../docker/say";

/** How long, in milliseconds, a connector that has lost its connection may take to have one again. */
const timeout = 60_000;

/**
 * Makes sure that every connector of a stage's tunnel is connected; a stopped one is started.
 *
 * @throws Error naming one that is not connected, with its last log lines
 */
export async function connected(connectors: readonly Verified[], say: Say): Promise<void> {
  if (connectors.length === 0) return;
  await checkThere(connectors);
  await startStopped(undefined, [...connectors], say);
  const until = Date.now() + timeout;
  let waiting = [...connectors];
  for (;;) {
    const seen = await states(waiting.map(({ container }) => container));
    waiting = waiting.filter((_, index) => !isConnected(seen[index]));
    const [first] = waiting;
    if (!first) break;
    if (Date.now() > until) {
      throw new Error(
        `${first.service} of the tunnel is not connected: its health check does not pass.\n${await logOf(first.container)}`.trim(),
      );
    }
    await wait(250);
  }
  say(`${connectors.length} connectors are connected`);
}

async function checkThere(connectors: readonly Verified[]): Promise<void> {
  for (const { service, container } of connectors) {
    await states([container]).catch((error: unknown) => {
      if (!/no such/i.test(String(error))) throw error;
      throw new Error(`${service} of the tunnel is gone: pulumi up --refresh makes it anew.`);
    });
  }
}

/**
 * Whether at least one connector is connected, or there is none at all; a connector whose container is gone is not
 * connected.
 */
export async function anyConnected(connectors: readonly Verified[]): Promise<boolean> {
  if (connectors.length === 0) return true;
  const seen = await Promise.all(connectors.map(({ container }) => states([container]).catch(() => [])));
  return seen.flat().some(isConnected);
}

/** Whether a connector is connected, as its health check asks it. */
export function isConnected(seen: ContainerState | undefined): boolean {
  return seen?.state.Health !== undefined && judge(seen.state, seen.restarts, Date.now()).well;
}

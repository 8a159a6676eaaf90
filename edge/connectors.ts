import { setTimeout as wait } from "node:timers/promises";
import type { Engine } from "../docker/engine";
import { logOf, states, type Verified } from "../docker/health";
import { judge, type ContainerState } from "../docker/judge";
import { startStopped } from "../docker/start";
import type { Say } from "../docker/say";

/** How long, in milliseconds, a connector that has lost its connection may take to have one again. */
const timeout = 60_000;

/**
 * Makes sure that every connector of a stage's tunnel is connected; a stopped one is started.
 *
 * @throws Error naming one that is not connected, with its last log lines
 */
export async function connected(engine: Engine, connectors: readonly Verified[], say: Say): Promise<void> {
  if (connectors.length === 0) return;
  await checkThere(engine, connectors);
  await startStopped(engine, undefined, [...connectors], say);
  const until = Date.now() + timeout;
  let waiting = [...connectors];
  for (;;) {
    const seen = await states(
      engine,
      waiting.map(({ container }) => container),
    );
    waiting = waiting.filter((_, index) => !isConnected(seen[index]));
    const [first] = waiting;
    if (!first) break;
    if (Date.now() > until) {
      throw new Error(
        `${first.service} of the tunnel is not connected: its health check does not pass.\n${await logOf(engine, first.container)}`.trim(),
      );
    }
    await wait(250);
  }
  say(`${connectors.length} connectors are connected`);
}

async function checkThere(engine: Engine, connectors: readonly Verified[]): Promise<void> {
  for (const { service, container } of connectors) {
    await states(engine, [container]).catch((error: unknown) => {
      if (!/no such/i.test(String(error))) throw error;
      throw new Error(`${service} of the tunnel is gone: pulumi up --refresh makes it anew.`);
    });
  }
}

/**
 * Whether at least one connector is connected, or there is none at all; a connector whose container is gone is not
 * connected.
 */
export async function anyConnected(engine: Engine, connectors: readonly Verified[]): Promise<boolean> {
  if (connectors.length === 0) return true;
  const seen = await Promise.all(connectors.map(({ container }) => states(engine, [container]).catch(() => [])));
  return seen.flat().some(isConnected);
}

/** Whether a connector is connected, as its health check asks it. */
export function isConnected(seen: ContainerState | undefined): boolean {
  return seen?.state.Health !== undefined && judge(seen.state, seen.restarts, Date.now()).well;
}

import { setTimeout as pause } from "node:timers/promises";
import { handBack as decide, type Seen, type Stopped } from "../docker/holders/handBack";
import { stageHolders } from "../docker/holders/holders";
import type { StageId } from "../docker/labels";
import { unlessGone } from "../docker/ask";
import { startContainer, stopContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { states } from "../docker/health";
import { judge } from "../docker/judge";
import type { Say } from "../docker/say";
import { letGo } from "../edge/quieten";

/** What an update stopped; null once it has come to its end. */
export type HandBackInput = [StageId, ...(Stopped | null)[]];

/** How long, in milliseconds, nothing new may have come before the update counts as over: its last request may still be under way. */
const quiet = 3000;

/** How long, in milliseconds, is watched afterwards for what comes even later. */
const after = 5000;

/** How long, in milliseconds, an Engine that does not answer is waited for. */
const limit = 600_000;

/**
 * Starts again what an update stopped in vain, when the process that stopped it has ended without bringing the update to its end.
 * It runs in a process of its own, whose standard input ends with that one.
 */
export async function handBack([stage, ...notes]: HandBackInput, say: Say, engine: Engine): Promise<null> {
  if (notes.includes(null)) return null;
  const handovers = notes.filter((note) => note !== null);
  const giveUpAt = Date.now() + limit;
  for (;;) {
    try {
      await settled(engine, stage);
      await once(engine, stage, handovers, say);
      break;
    } catch (error) {
      // The Engine may be gone for a moment, or the way to it.
      if (Date.now() > giveUpAt) throw error;
      await pause(2000);
    }
  }
  const going = letGoOn(engine, stage, handovers);
  const until = Date.now() + after;
  // A container that the update's last request makes now would be a second holder.
  while (Date.now() < until) {
    await pause(250);
    await once(engine, stage, handovers, say);
  }
  await going;
  return null;
}

async function once(engine: Engine, stage: StageId, handovers: readonly Stopped[], say: Say): Promise<void> {
  const { stop, start } = decide(handovers, await seen(engine, stage));
  if (stop.length > 0) {
    say(`stopping ${stop.map(({ name }) => name).join(", ")}`);
    await Promise.all(stop.map(({ id }) => stopContainers(engine, [id]).catch(unlessGone(undefined))));
  }
  for (const { id, name } of start) {
    say(`starting ${name} again`);
    await startContainer(engine, id).catch(unlessGone(undefined));
  }
}

/** What the edge holds goes on once the containers that run again are well; a minute later it would by itself. */
async function letGoOn(engine: Engine, stage: StageId, handovers: readonly Stopped[]): Promise<void> {
  const stopped = handovers.flatMap((one) => one.stopped).filter(({ part }) => part.startsWith("service "));
  if (stopped.length === 0) return;
  const until = Date.now() + 60_000;
  try {
    for (;;) {
      const all = await seen(engine, stage);
      const again = all.filter(({ id, isRunning }) => isRunning && stopped.some((one) => one.id === id));
      if (again.every(({ isWell }) => isWell) || Date.now() > until) return await letGo(engine, all);
      await pause(250);
    }
  } catch {
    // The edge is gone, or the way to it.
  }
}

/** Waits until the stage has the same containers, and as many of them run, for a while: what has only just begun is not judged. */
async function settled(engine: Engine, stage: StageId): Promise<void> {
  let known = "";
  let since = Date.now();
  for (;;) {
    const now = (await stageHolders(engine, stage)).map(({ id, isRunning }) => `${id} ${isRunning}`).join();
    if (now !== known) [known, since] = [now, Date.now()];
    if (Date.now() - since >= quiet) return;
    await pause(250);
  }
}

async function seen(engine: Engine, stage: StageId): Promise<Seen[]> {
  const holders = await stageHolders(engine, stage);
  const told = await states(
    engine,
    holders.map(({ id }) => id),
  ).catch(() => []);
  return holders.map((holder, index) => {
    const { state, restarts = 0 } = told[index] ?? {};
    return { ...holder, isWell: state !== undefined && judge(state, restarts, Date.now()).well };
  });
}

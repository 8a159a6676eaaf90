import { untilFound } from "../edge/found";
import { backendName, slots, upstreams, type Slot, type Upstream } from "../edge/layout";
import { namesIn } from "../edge/replicas";
import { fillCommands } from "../edge/state";
import { findContainer } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { RunningDoor } from "../edge/door";
import { RunningEdge } from "../edge/running";
import { becomeReady } from "../docker/health";
import { listeningIn } from "../docker/listening";
import type { Say } from "../docker/say";

/** What introducing a container needs. */
export interface IntroduceInput {
  /** The edge's container. */
  edge: string;
  /** The places of the service behind the edge. */
  behind: Upstream[];
  service: string;
  /** The name of its container; several as one word (edge/replicas.ts). */
  container: string;
  /** The door of its name, where others call it by that. */
  door?: { container: string; image: string };
}

/**
 * Makes a container known to the edge where nothing else could answer in its place: a service that none of the serving release's
 * containers stands for, because it is new, or because it was stopped before it was replaced. Whoever calls it by name while the
 * update goes on finds it; where a container of the serving release is there, that goes on answering until the cutover.
 */
export async function introduce(input: IntroduceInput, say: Say, engine: Engine): Promise<{ container: string }> {
  const { behind, service, container } = input;
  const containers = namesIn(container);
  await becomeReady(
    engine,
    containers.map((one) => ({ service, container: one })),
    say,
  );
  if (input.door) await open(engine, input, input.door, say);
  const edge = new RunningEdge(engine, input.edge);
  const state = await edge.state();
  const empty: Slot[] = [];
  for (const slot of slotsInUse(state.serving)) {
    const other = state.containers[slot][service];
    if (other !== container && !(await anyRuns(engine, other))) empty.push(slot);
  }
  if (empty.length > 0) {
    for (const slot of empty) {
      await edge.place(slot, service, container);
    }
    const filled = { [service]: container };
    const said = await edge.administer(empty.flatMap((slot) => fillCommands(behind, slot, filled)));
    for (const slot of empty) {
      const there = new Set(upstreams(state.layouts[slot] ?? []).map((upstream) => backendName(upstream, slot)));
      const places = behind.filter((upstream) => there.has(backendName(upstream, slot)));
      await untilFound(edge, { behind: places, containers: filled, slot }, said);
    }
    say(`${service} can be called`);
  }
  // What was asked of it while its container was replaced.
  await edge.resume([service]);
  return { container };
}

async function anyRuns(engine: Engine, names: string | undefined): Promise<boolean> {
  if (!names) return false;
  const found = await Promise.all(namesIn(names).map((name) => findContainer(engine, name)));
  return found.some((one) => one?.State.Running);
}

/** Each port that a container listens on is found under its name: the compose file need not name it. */
async function open(
  engine: Engine,
  { service, container }: IntroduceInput,
  door: { container: string; image: string },
  say: Say,
): Promise<void> {
  const { tcp, udp } = await listeningIn(engine, namesIn(container)[0] ?? container, door.image);
  await new RunningDoor(engine, door.container).listen(tcp);
  if (udp.length > 0) {
    say(
      `${service} listens by UDP on ${udp.join(", ")}, and its name leads to the edge, which passes no UDP on: where others call it so, write expose: ["${udp[0]}/udp"], and its name leads to its containers`,
    );
  }
}

/** Before the first release serves, those of it that are there already find each other in the first slot. */
function slotsInUse(serving: Slot | undefined): readonly Slot[] {
  return serving ? slots : ["a"];
}

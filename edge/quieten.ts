import { setTimeout as pauseFor } from "node:timers/promises";
import type { Engine } from "../docker/engine";
import type { Holder } from "../docker/holders/holder";
import { backendName, slots, upstreams } from "./layout";
import { namesIn } from "./replicas";
import { RunningEdge } from "./running";
import type { EdgeState } from "./state";

/**
 * For how long, in milliseconds, the end of requests under way is waited for: less than most people wait for a page, because all
 * that is asked meanwhile waits as well. What takes longer, such as a stream, has the container's own grace in addition.
 */
const patience = 5000;

/**
 * Holds whatever callers ask of a service from now on, and waits until what is under way on it has ended, so that its container can be
 * stopped without cutting anything off. Its successor's introduction lets the requests go on, or {@link letGo}.
 *
 * @param holder the container that will be stopped
 * @param all the containers of its stage
 * @returns at once where no edge leads to it, or the edge has a configuration by an earlier version
 */
export async function quieten(engine: Engine, holder: Holder, all: readonly Holder[]): Promise<void> {
  const edge = edgeAmong(engine, all);
  if (!edge) return;
  try {
    const { services, places } = leadingTo(holder.name, await edge.state());
    if (services.length === 0 || !(await edge.pause(services))) return;
    const until = Date.now() + patience;
    for (;;) {
      const sessions = await edge.sessions();
      if (places.every((place) => !sessions.get(place)) || Date.now() > until) return;
      await pauseFor(50);
    }
  } catch {
    // The same update may be about to replace the edge, which holds nothing then.
  }
}

/**
 * Lets go on all that waits, whichever container it is for: the update that held it is over.
 *
 * @param all the containers of the stage
 */
export async function letGo(engine: Engine, all: readonly Holder[]): Promise<void> {
  const edge = edgeAmong(engine, all);
  if (!edge) return;
  const { layouts } = await edge.state();
  const services = slots.flatMap((slot) => upstreams(layouts[slot] ?? []).map(({ service }) => service));
  if (services.length > 0) await edge.resume([...new Set(services)]);
}

function edgeAmong(engine: Engine, all: readonly Holder[]): RunningEdge | undefined {
  const found = all.find(({ part, isRunning }) => part === "role edge" && isRunning);
  return found && new RunningEdge(engine, found.id);
}

/**
 * What leads to a container. Connections that are passed on byte by byte are none of the places: a pool of them to a database lasts as
 * long as its caller.
 *
 * @param name the container's
 */
export function leadingTo(
  name: string,
  { containers, layouts }: Pick<EdgeState, "containers" | "layouts">,
): { services: string[]; places: string[] } {
  const found = slots.flatMap((slot) =>
    upstreams(layouts[slot] ?? [])
      .filter(({ service }) => namesIn(containers[slot][service] ?? "").includes(name))
      .map((upstream) => ({ ...upstream, place: backendName(upstream, slot) })),
  );
  return {
    services: [...new Set(found.map(({ service }) => service))],
    places: found.filter(({ mode }) => mode !== "tcp").map(({ place }) => place),
  };
}

import { slots, type Slot, type Upstream } from "../components/edge/layout";
import { fillCommands } from "../components/edge/state";
import { docker } from "./docker";
import { RunningEdge } from "./edge";
import { becomeReady } from "./health";
import type { Say } from "./step";

/** What introducing a container needs. */
export interface IntroduceInput {
  /** The edge's container. */
  edge: string;
  /** The places of the service behind the edge. */
  behind: Upstream[];
  service: string;
  /** The name of its container. */
  container: string;
}

/**
 * Makes a container known to the edge where nothing else could answer in its place: a service that none of the serving release's
 * containers stands for, because it is new, or because it was stopped before it was replaced. Whoever calls it by name while the
 * update goes on finds it; where a container of the serving release is there, that goes on answering until the cutover.
 */
export async function introduce(input: IntroduceInput, say: Say): Promise<{ container: string }> {
  const { behind, service, container } = input;
  await becomeReady([{ service, container }], say);
  const edge = new RunningEdge(input.edge);
  const state = await edge.state();
  const empty: Slot[] = [];
  for (const slot of slotsInUse(state.serving)) {
    const other = state.containers[slot][service];
    if (other !== container && !(other && (await runs(other)))) empty.push(slot);
  }
  if (empty.length > 0) {
    for (const slot of empty) {
      await edge.place(slot, service, container);
    }
    await edge.administer(empty.flatMap((slot) => fillCommands(behind, slot, { [service]: container })));
    say(`${service} can be called`);
  }
  return { container };
}

/** Before the first release serves, those of it that are there already find each other in the first slot. */
function slotsInUse(serving: Slot | undefined): readonly Slot[] {
  return serving ? slots : ["a"];
}

async function runs(container: string): Promise<boolean> {
  return docker(["inspect", "--format", "{{.State.Running}}", container]).then(
    (text) => text.trim() === "true",
    () => false,
  );
}

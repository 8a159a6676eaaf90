import { edgeConfig, type Face } from "./config";
import type { Listener } from "./layout";
import { layoutsFor } from "./state";
import { ask } from "../docker/ask";
import type { Engine } from "../docker/engine";
import type { RunningEdge } from "./running";

/** What an edge is to be for its stage. */
export interface Wanted extends Face {
  /** Where it is to listen while the release to come serves. */
  listening: Listener[];
}

/**
 * Gives a running edge the configuration for the coming release, beside the one that serves. An edge that has it
 * already stays as it is.
 *
 * @returns whether it was given another one
 * @throws Error with what the edge says against it; Error where it is not on its own network
 */
export async function layOut(edge: RunningEdge, { listening, ...face }: Wanted): Promise<boolean> {
  const state = await edge.state();
  const { layouts, newest } = layoutsFor(state, listening);
  const networks = await edge.networks();
  if (!networks.some(({ isOwn }) => isOwn)) {
    throw new Error("The edge is not on its own network any more: pulumi up --refresh makes it anew.");
  }
  const text = edgeConfig(face, layouts, newest, { networks, tellsCallers: await tellsCallers(edge.engine) });
  if (text === state.config) return false;
  await edge.configure(text);
  return true;
}

/**
 * Whether callers keep their addresses on the way through the Engine; a rootless Engine and Docker Desktop replace
 * them.
 */
async function tellsCallers(engine: Engine): Promise<boolean> {
  const told = JSON.parse(await ask(engine, "GET", "/info", "tell of itself")) as {
    SecurityOptions?: string[] | null;
    OperatingSystem?: string;
  };
  const isRootless = (told.SecurityOptions ?? []).some((option) => option.includes("name=rootless"));
  return !isRootless && !told.OperatingSystem?.includes("Docker Desktop");
}

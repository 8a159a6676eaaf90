import { edgeConfig } from "./config";
import { trustedBy } from "./forwarded";
import type { Listener } from "./layout";
import { layoutsFor } from "./state";
import { ask } from "../docker/ask";
import type { Engine } from "../docker/engine";
import type { RunningEdge } from "./running";

/** The wishes of a stage for its edge. */
export interface Wanted {
  /** The stage's name. */
  stage: string;
  /** Where it is to listen while the release to come serves. */
  listening: Listener[];
  /** The proxies that are believed about callers, where the settings name some. */
  trustedProxies?: string[];
}

/**
 * Gives a running edge the configuration for the coming release, beside the one that serves. An edge that has it
 * already stays as it is.
 *
 * @returns whether the configuration was replaced
 * @throws Error with the edge's objection
 */
export async function layOut(edge: RunningEdge, { stage, listening, trustedProxies }: Wanted): Promise<boolean> {
  const state = await edge.state();
  const { layouts, newest } = layoutsFor(state, listening);
  const trusted = trustedBy(trustedProxies, await edge.networks(), await tellsCallers(edge.engine));
  const text = edgeConfig(stage, layouts, newest, trusted);
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

import { edgeConfig } from "./config";
import { trustedBy } from "./forwarded";
import type { Listener } from "./layout";
import { layoutsFor } from "./state";
import { docker } from "../docker/command";
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
  const trusted = trustedBy(trustedProxies, await edge.networks(), await tellsCallers());
  const text = edgeConfig(stage, layouts, newest, trusted);
  if (text === state.config) return false;
  await edge.configure(text);
  return true;
}

/**
 * Whether callers keep their addresses on the way through the Engine; a rootless Engine and Docker Desktop replace
 * them.
 */
async function tellsCallers(): Promise<boolean> {
  const text = await docker(["info", "--format", "{{json .SecurityOptions}} {{.OperatingSystem}}"]);
  return !/name=rootless|Docker Desktop/.test(text);
}

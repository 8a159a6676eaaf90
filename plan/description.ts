import type { StageSettings } from "../settings/settings";
import type { Description } from "./application";

/**
 * The description of a stage's application.
 *
 * @param compose the release's compose files, in merge order
 */
export function describe(settings: StageSettings, compose: string[]): Description {
  const { project, stage, overlay, env, secretEnv, generate, edge, tunnel } = settings;
  return { project, stage, compose, overlay, env, secretEnv, generated: Object.keys(generate), edge, tunnel };
}

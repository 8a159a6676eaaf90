import type { StageSettings } from "../settings/settings";
import type { PortsByService } from "../application/httpPorts";
import type { Description } from "./application";

/**
 * The description of a stage's application.
 *
 * @param compose the release's compose files, in merge order
 * @param answered the ports on which its containers answered by HTTP where it was built
 */
export function describe(settings: StageSettings, compose: string[], answered?: PortsByService): Description {
  const { project, stage, overlay, env, secretEnv, generate, edge, tunnel } = settings;
  return { project, stage, compose, overlay, env, secretEnv, generated: Object.keys(generate), edge, tunnel, answered };
}

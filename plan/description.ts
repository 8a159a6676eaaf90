import { homedir } from "node:os";
import type { FoundMachine } from "../machine/machine";
import type { StageSettings } from "../settings/settings";
import type { PortsByService } from "../application/httpPorts";
import type { Description } from "./application";

/**
 * The description of a stage's application.
 *
 * @param compose the release's compose files, in merge order
 * @param machine the stage's machine
 * @param answered the ports on which its containers answered by HTTP where it was built
 */
export function describe(
  settings: StageSettings,
  compose: string[],
  { reachedBy, home }: Pick<FoundMachine, "reachedBy" | "home">,
  answered?: PortsByService,
): Description {
  const { project, stage, overlay, env, secretEnv, generate, edge, tunnel, promoteFrom, release } = settings;
  const generated = Object.keys(generate);
  // A release that is taken over has no right to what only this machine has.
  const isHere = reachedBy === undefined && promoteFrom === undefined && release === undefined;
  // The Engine of another machine has other homes.
  const place = { isHere, home: reachedBy === undefined ? homedir() : home };
  return { project, stage, compose, overlay, env, secretEnv, generated, edge, tunnel, answered, ...place };
}

import type { ComposeConfig } from "../../compose/index";
import { containerNames } from "./containerName";
import { silentHealthchecks } from "./healthcheck";
import { links } from "./links";
import { inTurn, type Reword, type Reworded } from "./reworded";
import { runsOnce } from "./runsOnce";

const all: readonly Reword[] = [containerNames, links, runsOnce, silentHealthchecks];

/**
 * An application in a stage's own terms: what Compose means by keys that a stage has another way for. Services that say nothing of the kind
 * stay as they are.
 */
export function asMeant(config: ComposeConfig, more: readonly Reword[] = []): Required<Reworded> {
  return inTurn([...all, ...more], config);
}

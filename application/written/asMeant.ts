import type { ComposeConfig } from "../../compose/index";
import { containerNames } from "./containerName";
import type { Reword, Reworded } from "./reworded";

/** In this order, as some build on what others have said anew. */
const all: readonly Reword[] = [containerNames];

/**
 * An application in a stage's own terms: what Compose means by keys that a stage has another way for. Services that say nothing of the kind
 * stay as they are.
 */
export function asMeant(config: ComposeConfig): Reworded {
  return all.reduce<Reworded>(
    (before, reword) => {
      const { config: now, notices } = reword(before.config);
      return { config: now, notices: [...before.notices, ...notices] };
    },
    { config, notices: [] },
  );
}

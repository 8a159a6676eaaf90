import { containersOf } from "./container";
import { isAllowed, reachOf, sentenceOf } from "./hostAccess";
import type { Rule } from "./rule";

/**
 * A privileged container is root on the machine. Some capabilities amount to the same, and so does a container that nothing confines: those that do
 * not are known, all others count as if they did.
 */
export const noPrivilegedContainer: Rule = {
  name: "no-privileged-container",
  description: "No container is privileged.",
  problems(resource, stage) {
    return containersOf(resource).flatMap((container) =>
      reachOf(container)
        .filter((reach) => reach.level === "refused" && !isAllowed(reach, stage))
        .map((reach) => sentenceOf(container.name, reach)),
    );
  },
};

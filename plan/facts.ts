import type { StageSettings } from "../settings/settings";
import { ownSource, type StageFacts } from "../policies/stage";
import type { StagePlan } from "./stage";

/** What the rules that always hold are told of a stage. */
export function factsOf({ id, origin, others = [] }: Pick<StagePlan, "id" | "origin" | "others">): StageFacts {
  return { ...id, takesOver: origin.kind === "ledger", others };
}

/** The project's other stages: those that have a settings file, and the one to promote from, unless it is another project's. */
export function otherStages({ stage, siblingEnv, promoteFrom }: StageSettings): string[] {
  return [...new Set([...Object.keys(siblingEnv), ...ownSource(promoteFrom)])].filter((other) => other !== stage);
}

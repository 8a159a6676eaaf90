import { ownSource, type StageFacts } from "../policies/stage";
import type { StageSettings } from "../settings/settings";
import type { Origin } from "./stage";

/** The facts of a stage for the rules that always hold. */
export function factsOf(settings: StageSettings, origin: Origin["kind"]): StageFacts {
  const { project, stage, allow } = settings;
  return { project, stage, takesOver: origin === "ledger", others: otherStages(settings), allow };
}

/**
 * The project's other stages: those with a settings file, and the one to promote from where it is of the same project.
 */
export function otherStages({ stage, siblingEnv, promoteFrom }: StageSettings): string[] {
  return [...new Set([...Object.keys(siblingEnv), ...ownSource(promoteFrom)])].filter((other) => other !== stage);
}

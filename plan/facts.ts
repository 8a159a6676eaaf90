import { ownSource, type StageFacts } from "../policies/stage";
import type { StageSettings } from "../settings/settings";
import type { Origin } from "./stage";

/** What the rules that always hold are told of a stage. */
export function factsOf(settings: StageSettings, origin: Origin["kind"]): StageFacts {
  const { project, stage } = settings;
  return { project, stage, takesOver: origin === "ledger", others: otherStages(settings) };
}

/** The project's other stages: those that have a settings file, and the one to promote from, unless it is another project's. */
export function otherStages({ stage, siblingEnv, promoteFrom }: StageSettings): string[] {
  return [...new Set([...Object.keys(siblingEnv), ...ownSource(promoteFrom)])].filter((other) => other !== stage);
}

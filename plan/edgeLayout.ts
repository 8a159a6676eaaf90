import type { Wanted } from "../edge/write";
import type { StagePlan } from "./stage";

/** What a stage's edge is to be: where it leads callers to, and whom it trusts. */
export function wantedOf({
  id,
  application,
  edge: { trustedProxies },
}: Pick<StagePlan, "id" | "application" | "edge">): Wanted {
  return { stage: id.stage, listening: application.listening, ...(trustedProxies ? { trustedProxies } : {}) };
}

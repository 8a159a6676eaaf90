import { certificatesFor, type CertificateOrder } from "../edge/acme";
import { defineEdge, type EdgeDefinition } from "../edge/definition";
import type { Wanted } from "../edge/write";
import type { StageSettings } from "../settings/settings";
import type { Application } from "./application";

/** What stands before a stage's HTTP services. */
export interface EdgePlan {
  definition: EdgeDefinition;
  /** Where it leads callers to, and whom it trusts. */
  wanted: Wanted;
  /** How certificates are got; undefined in a stage without HTTPS of its own. */
  certificates?: CertificateOrder;
}

/**
 * What the edge of a stage is to be.
 *
 * @returns undefined for a stage that needs none
 */
export function planEdge(
  { stage, edge }: Pick<StageSettings, "stage" | "edge">,
  application: Pick<Application, "config" | "routes" | "redirect" | "called" | "listening">,
): EdgePlan | undefined {
  const definition = defineEdge(application);
  const { trustedProxies } = edge;
  return (
    definition && {
      definition,
      wanted: { stage, listening: application.listening, ...(trustedProxies ? { trustedProxies } : {}) },
      certificates: certificatesFor(edge),
    }
  );
}

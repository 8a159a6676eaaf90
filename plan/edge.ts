import { certificatesFor, type CertificateOrder } from "../edge/acme";
import { defineEdge, type EdgeDefinition } from "../edge/definition";
import type { Wanted } from "../edge/write";
import type { StageSettings } from "../settings/settings";
import type { Application } from "./application";

/** The edge in front of a stage's HTTP services. */
export interface EdgePlan {
  definition: EdgeDefinition;
  /** Where it leads callers to, and which proxies it trusts. */
  wanted: Wanted;
  /** How it gets certificates; undefined in a stage without HTTPS of its own. */
  certificates?: CertificateOrder;
}

/**
 * Decides about the edge of a stage.
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

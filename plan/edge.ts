import { isDeepStrictEqual } from "node:util";
import { certificatesFor, type CertificateOrder } from "../edge/acme";
import { usualLimits } from "../edge/clientLimits";
import { defineEdge, type EdgeDefinition } from "../edge/definition";
import { strictTransport } from "../edge/strictTransport";
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
  const { trustedProxies, domain: domains, connectionsPerClient, requestsPerClient, clientTimeout } = edge;
  const limits = { connections: connectionsPerClient, requests: requestsPerClient, timeout: clientTimeout };
  const hsts = strictTransport(edge, application.listening);
  return (
    definition && {
      definition,
      wanted: {
        stage,
        listening: application.listening,
        ...(trustedProxies ? { trustedProxies } : {}),
        ...(domains.length > 0 ? { domains } : {}),
        ...(hsts === undefined ? {} : { hsts }),
        ...(isDeepStrictEqual(limits, usualLimits) ? {} : { limits }),
      },
      certificates: certificatesFor(edge),
    }
  );
}

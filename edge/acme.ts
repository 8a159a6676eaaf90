import { readFileSync } from "node:fs";
import type { EdgeSettings } from "../settings/edge";

/** How an edge gets its certificates. */
export interface CertificateOrder {
  /** The names that they are for. */
  domains: string[];
  /** The address that the authority may write to. */
  email: string;
  /** The ACME directory of the authority. */
  server: string;
  /** The certificate of the authority, PEM; undefined for one that is publicly known. */
  authority?: string;
}

/** How a stage with a domain gets its certificates; undefined without a domain. */
export function certificatesFor({ domain, email, acme, acmeRoot }: EdgeSettings): CertificateOrder | undefined {
  const [first] = domain;
  return first === undefined
    ? undefined
    : {
        domains: domain,
        email: email ?? `hostmaster@${first}`,
        server: acme,
        authority: acmeRoot === undefined ? undefined : readFileSync(acmeRoot, "utf8"),
      };
}

import { readFileSync } from "node:fs";
import type { EdgeSettings } from "../settings/settings";
import type { EdgeArgs } from "../components/edge/edge";

/** How a stage with a domain gets its certificates; undefined for one without. */
export function certificatesFor({ domain, email, acme, acmeRoot }: EdgeSettings): EdgeArgs["certificates"] {
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

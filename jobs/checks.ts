import type { Check } from "../settings/checks";
import { nearest } from "../errors/suggest";
import { namesOf, roleOf } from "../application/roles";
import type { Service } from "../compose/index";

/**
 * The services of the profile `check` that the settings name, in their order.
 *
 * @param checks the setting slipway:checks
 * @param services the release's services, jobs and checks
 * @throws Error for a name that the release lacks, or whose service is no check
 */
export function namedChecks(checks: readonly Check[], services: Readonly<Record<string, Service>>): string[] {
  return checks.flatMap((check) => ("run" in check ? [named(check.run, services)] : []));
}

function named(name: string, services: Readonly<Record<string, Service>>): string {
  const service = services[name];
  if (!service) {
    const known = namesOf("check", services);
    const near = nearest(name, known, 1)[0] ?? nearest(name, Object.keys(services), 1)[0];
    const hint = near
      ? `did you mean ${near}?`
      : known.length > 0
        ? `checks are ${known.join(", ")}.`
        : "write a service with profiles: [check].";
    throw new Error(`slipway:checks runs ${name}, which the release lacks: ${hint}`);
  }
  if (roleOf(service) !== "check") {
    throw new Error(
      `slipway:checks runs ${name}, which is no check: give the service profiles: [check] in the release's compose file.`,
    );
  }
  return name;
}

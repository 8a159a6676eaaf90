import type { ComposeConfig, Service } from "../compose/index";

/** The role of a compose service in a stage: it runs on, an update runs it once, or it only looks at others. */
export type Role = "service" | "job" | "check";

/** The profiles that give a service a role; they are active in every stage. */
export const roleProfiles = ["job", "check"] as const;

/** A service's role, by its profiles; one with both profiles is refused before (application/rules.ts). */
export function roleOf({ profiles = [] }: Pick<Service, "profiles">): Role {
  return roleProfiles.find((role) => profiles.includes(role)) ?? "service";
}

/** The names of the services of one role, in the compose file's order. */
export function namesOf(role: Role, services: Readonly<Record<string, Pick<Service, "profiles">>>): string[] {
  return Object.keys(services).filter((name) => roleOf(services[name] ?? {}) === role);
}

/** Whether an application has jobs, which run once at each release. */
export function hasJobs(services: ComposeConfig["services"]): boolean {
  return namesOf("job", services).length > 0;
}

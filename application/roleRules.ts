import type { Service } from "../compose/index";
import { extensionOf } from "./extension";
import { roleOf, roleProfiles } from "./roles";

/** A problem of a service: its place below the service, and what would be right. */
export interface RoleProblem {
  path: (string | number)[];
  reason: string;
}

/**
 * The problems that a service has in its role, or with the services that it waits for.
 *
 * @param services all services, by name
 */
export function roleProblems(service: Service, services: Readonly<Record<string, Service>>): RoleProblem[] {
  const role = roleOf(service);
  const found: RoleProblem[] = [];
  if (roleProfiles.every((profile) => service.profiles?.includes(profile))) {
    found.push({ path: ["profiles"], reason: "is job and check in one: write two services" });
  }
  if (role !== "service") {
    found.push(...(service.ports ?? []).map((_, index) => ({ path: ["ports", index], reason: portReason(role) })));
  }
  if (role !== "job" && extensionOf(service).onRollback !== undefined) {
    found.push({
      path: ["x-slipway", "onRollback"],
      reason: "is about jobs, and this service is none: give it profiles: [job], or take onRollback away",
    });
  }
  for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
    const target = services[other];
    const reason = target && waitReason(role, other, roleOf(target), condition);
    if (reason) {
      found.push({ path: ["depends_on", other], reason });
    }
  }
  return found;
}

function portReason(role: string): string {
  return `publishes a port, and a ${role} is gone before anyone could use it: take ports away (ports: !reset [])`;
}

/** Why one service cannot wait for another; undefined where it can. */
function waitReason(role: string, other: string, otherRole: string, condition = ""): string | undefined {
  if (otherRole === "check" && role !== "check") {
    return `waits for the check ${other}, which runs after all services: take it away`;
  }
  if (otherRole === "job" && condition === "service_healthy") {
    return `waits for the job ${other} to be healthy, and a job ends: write condition: service_completed_successfully`;
  }
  if (otherRole === "service" && condition === "service_completed_successfully") {
    return `waits for the end of ${other}, which runs on: give ${other} profiles: [job] if it runs once, else write service_healthy`;
  }
  return undefined;
}

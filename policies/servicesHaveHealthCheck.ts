import { serviceOf } from "./container";
import { notKnown, texts, within } from "./declared";
import type { Rule } from "./rule";

/** Only a health check tells whether a new container works: a cutover to a container without one is a guess. */
export const servicesHaveHealthCheck: Rule = {
  name: "services-have-health-check",
  description: "Every service that runs on has a health check.",
  problems(resource) {
    const service = serviceOf(resource);
    const check: unknown = service?.inputs["healthcheck"];
    const tests: unknown = within(check)["tests"];
    if (!service || check === notKnown || tests === notKnown) return [];
    const [kind] = texts(tests);
    if (kind !== undefined && kind !== "NONE") return [];
    return [
      `${service.name} has no health check, so nothing tells whether it works: write healthcheck: { test: [CMD, …] } for it in the compose file (one that only its image has is not seen).`,
    ];
  },
};

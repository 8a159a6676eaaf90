import { serviceOf } from "./container";
import { notKnown } from "./declared";
import { isProduction } from "./stage";
import { productionStages, type Rule } from "./rule";

/** A service that takes all memory takes down the others on the machine, its database first. */
export const memoryLimitsInProduction: Rule = {
  name: "memory-limits-in-production",
  description: "In production every service that runs on has a memory limit.",
  settings: productionStages,
  problems(resource, stage, { production }) {
    const service = serviceOf(resource);
    const memory: unknown = service?.inputs["memory"];
    if (!service || memory === notKnown || Number(memory) > 0 || !isProduction(stage, production)) return [];
    return [
      `${service.name} has no memory limit, so it may take what all others need: write deploy: { resources: { limits: { memory: 256M } } } for it, with what it needs, in the compose file or the stage's overlay.`,
    ];
  },
};

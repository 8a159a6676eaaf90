import { serviceOf } from "./container";
import { notKnown } from "./declared";
import type { Rule } from "./rule";

/** What nobody watches must start again by itself: after a crash, and after the machine was restarted. */
export const servicesRestart: Rule = {
  name: "services-restart",
  description: "Every service that runs on is started again when it ends.",
  problems(resource) {
    const service = serviceOf(resource);
    const restart: unknown = service?.inputs["restart"];
    if (!service || restart === notKnown || ["always", "unless-stopped", "on-failure"].includes(String(restart))) {
      return [];
    }
    return [
      `${service.name} is not started again when it ends: write restart: unless-stopped, or profiles: [job] where it is to run once.`,
    ];
  },
};

import { serviceOf } from "./container";
import { notKnown } from "./declared";
import type { Rule } from "./rule";

/**
 * A container must start again by itself, after a crash and after a restart of the machine. With `on-failure`, one that
 * ended well when the machine went down stays down.
 *
 * @see https://docs.docker.com/engine/containers/start-containers-automatically/
 */
export const servicesRestart: Rule = {
  name: "services-restart",
  description: "Every service that runs on is started again when it ends.",
  problems(resource) {
    const service = serviceOf(resource);
    const restart: unknown = service?.inputs["restart"];
    if (!service || restart === notKnown || ["always", "unless-stopped"].includes(String(restart))) return [];
    const when = restart === "on-failure" ? "after the machine was restarted, but only when it fails" : "when it ends";
    return [
      `${service.name} is not started again ${when}: write restart: unless-stopped, or profiles: [job] where it is to run once.`,
    ];
  },
};

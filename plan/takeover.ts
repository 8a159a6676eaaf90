import type { HttpPort, HttpReason } from "../application/httpPorts";
import type { StageId } from "../docker/labels";
import type { FoundMachine } from "../machine/machine";

const reasons: Readonly<Record<HttpReason, string>> = {
  setting: "slipway:edge.http names it",
  "health check": "its health check asks it by HTTP",
  answer: "it answered by HTTP in the stage that built the release",
};

/**
 * Tells of ports that containers hold now and the edge from this update on.
 *
 * @returns a sentence for each
 */
export function takeovers(
  ports: readonly HttpPort[],
  { project, stage }: StageId,
  machine: Pick<FoundMachine, "ports">,
): string[] {
  return ports.flatMap(({ service, target, published, by }) => {
    const holder = machine.ports.get(`${published}/tcp`);
    if (holder?.stage !== `${project}/${stage}` || holder.name.startsWith(`${project}-${stage}-edge`)) return [];
    return [
      `From this update on the edge holds the port ${published} of the service ${service}, as ${reasons[by]}: ${service} is down once more for a moment, and no longer at each update. To leave the port to the container, write app_protocol: tcp at its port ${target}.`,
    ];
  });
}

import { containersOf, heldPorts, isEquipment, listensUntold, onLoopback } from "./container";
import type { Rule } from "./rule";

/**
 * Traffic from the whole world goes through the edge, which has checks and cutovers; all other ports name an address.
 */
export const onlyEdgeListensEverywhere: Rule = {
  name: "only-edge-listens-everywhere",
  description: "Nothing but the edge listens on every address of the machine.",
  problems(resource) {
    if (isEquipment(resource) && resource.owners.includes("slipway:edge:Edge")) return [];
    return containersOf(resource).flatMap((container) => {
      const { name } = container;
      const untold = listensUntold(container);
      return [
        ...(untold === undefined ? [] : [`${name} ${untold}.`]),
        ...heldPorts(container)
          .filter(({ isOpen }) => isOpen)
          .map((port) => {
            const { port: held, instead } = onLoopback(port);
            return `${name} listens on port ${held} of every address: write "${instead}" or another address in front, or app_protocol: http where it speaks HTTP, so that the edge holds the port.`;
          }),
      ];
    });
  },
};

import type { Service } from "../../compose/index";
import { isHostName } from "../hostName";
import { rewordServices, type Reword } from "./reworded";

/**
 * A `container_name` is what others call the service by, and to the Engine the name of a container, of which an update needs two: it becomes
 * one more alias on each of the service's networks.
 */
export const containerNames: Reword = (config) =>
  rewordServices(config, (name, service) => {
    const { container_name: called, ...rest } = service;
    if (called === undefined) return undefined;
    const named = `The container_name ${called} of the service ${name}`;
    if (!isHostName(called) || Object.keys(rest.networks ?? {}).length === 0) {
      const why = isHostName(called) ? "as it is on no network" : "as it is no host's name";
      return {
        service: rest,
        notices: [`${named} does not lead to it, ${why}; its containers have names of their own.`],
      };
    }
    return {
      service: called === name ? rest : withAlias(rest, called),
      notices: [
        `${named} is an alias on its networks; its containers have names of their own, as an update needs two.`,
      ],
    };
  });

/** The service with one more alias on each of its networks. */
export function withAlias(service: Service, alias: string, networks = Object.keys(service.networks ?? {})): Service {
  const joined = Object.entries(service.networks ?? {}).map(([network, attachment]) => {
    if (!networks.includes(network)) return [network, attachment] as const;
    return [network, { ...attachment, aliases: [...new Set([...(attachment?.aliases ?? []), alias])] }] as const;
  });
  return { ...service, networks: Object.fromEntries(joined) };
}

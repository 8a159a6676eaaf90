import type { ComposeConfig, Loaded, Network, Position } from "../compose/index";

/** A network to which the compose file gives a name of its own, and where it does. */
export interface NamedNetwork {
  key: string;
  name: string;
  at?: Position;
}

/**
 * The name in the Docker Engine that a compose file gives to a network of its own; undefined where it gives none, or where the network is another's.
 *
 * @param stage whose the network is
 */
export function ownNameOf(
  { project, stage }: { project: string; stage: string },
  key: string,
  { name, external }: Pick<Network, "name" | "external">,
): string | undefined {
  return external || name === undefined || name === `${project}-${stage}_${key}` ? undefined : name;
}

/** Every network with a name of its own, which only one stage of a machine can have. */
export function namedNetworks(
  stage: { project: string; stage: string },
  { networks = {} }: Pick<ComposeConfig, "networks">,
  { where }: Pick<Loaded, "where">,
): NamedNetwork[] {
  return Object.entries(networks).flatMap(([key, network]) => {
    const name = ownNameOf(stage, key, network);
    return name === undefined ? [] : [{ key, name, at: where(["networks", key, "name"]) }];
  });
}

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../compose/index";
import { ownNameOf } from "../application/networkNames";
import { stageLabels, type StageId } from "../docker/labels";
import { beforeCreate } from "./beforeCreate";

/** Inputs of {@link Networks}. */
export interface NetworksArgs {
  stage: StageId;
  /** The compose file's networks, by their key in it. */
  networks: Record<string, Network>;
  /** Those that stay as they are, by that key. */
  unchanged: readonly string[];
  /** Clears the way for networks with an address range of their own. */
  clears?: pulumi.ResourceHook;
}

/** A stage's networks, which no other stage shares unless the compose file names an external one. */
export class Networks extends pulumi.ComponentResource {
  /** The network's name in the Docker Engine, by its key in the compose file. */
  readonly names: Record<string, pulumi.Output<string>> = {};

  constructor(
    name: string,
    { stage, networks, unchanged, clears }: NetworksArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:networks:Networks", name, {}, opts);
    const prefix = `${stage.project}-${stage.stage}`;
    for (const [key, network] of Object.entries(networks)) {
      this.names[key] = network.external
        ? pulumi.output(network.name ?? key)
        : this.declare(`${prefix}-${key}`, stage, key, network, unchanged.includes(key), clears);
    }
    this.registerOutputs({ names: this.names });
  }

  private declare(
    name: string,
    stage: StageId,
    key: string,
    network: Network,
    isUnchanged: boolean,
    clears: pulumi.ResourceHook | undefined,
  ): pulumi.Output<string> {
    const hasOwnRange = network.ipam?.config !== undefined;
    const ownName = ownNameOf(stage, key, network);
    // Without a name of its own, so that a changed one can be made before the old one is left, unless the file gives it one.
    const resource = new docker.Network(
      name,
      {
        ...(ownName === undefined ? {} : { name: ownName }),
        driver: network.driver ?? "bridge",
        options: network.driver_opts,
        internal: network.internal,
        attachable: network.attachable,
        ipv6: network.enable_ipv6,
        ipamDriver: network.ipam?.driver,
        ipamConfigs: network.ipam?.config?.map((pool) => ({
          subnet: pool.subnet,
          gateway: pool.gateway,
          ipRange: pool.ip_range,
          auxAddress: pool.aux_addresses,
        })),
        labels: stageLabels(stage, network.labels, { network: name }),
      },
      // Two networks cannot have one address range, nor one name.
      {
        parent: this,
        // Engines from 29 on tell which gateway they chose, which a refresh takes for one that was asked for. A range is one of a set to the
        // provider, so that a part of it alone cannot be ignored.
        ignoreChanges: isUnchanged ? ["ipamConfigs"] : [],
        deleteBeforeReplace: hasOwnRange || ownName !== undefined,
        ...beforeCreate(hasOwnRange ? clears : undefined),
      },
    );
    return resource.name;
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../../docker/labels";
import { beforeCreate } from "../beforeCreate";
import { confined } from "../confined";
import { doorPaths, edgeNameForDoors, type Called } from "../../edge/layout";

/** Inputs of {@link Doors}. */
export interface DoorsArgs {
  stage: StageId;
  called: readonly Called[];
  image: pulumi.Input<string>;
  /** The Engine's name of each network, by the compose file's key. */
  networks: Readonly<Record<string, pulumi.Input<string>>>;
  /** The Engine's name of the network on which they find the edge. */
  front: pulumi.Input<string>;
  /** What must be there before them. Until the edge is, a new door would be told of no port to listen on. */
  after: pulumi.Resource[];
  /** Stops the one that is there before a new one is made; undefined: the engine deletes it first. */
  yields?: pulumi.ResourceHook;
}

/**
 * The doors of the names that lead to the edge, one for each called service. A container has one address on a network, so a name that is to be told
 * from others by where its caller arrives needs a container; and the edge itself stays as it is when names come and go.
 */
export class Doors extends pulumi.ComponentResource {
  /** By service. */
  readonly containers: Record<string, docker.Container> = {};

  constructor(
    name: string,
    { stage, called, image, networks, front, after, yields }: DoorsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:edge:Doors", name, {}, opts);
    const program = readFileSync(join(__dirname, "door.sh"), "utf8");
    for (const { service, names } of called) {
      this.containers[service] = new docker.Container(
        `${name}-${service}`,
        {
          image,
          entrypoints: ["bash", doorPaths.program],
          envs: [`EDGE=${edgeNameForDoors}`, `NAME=${service}`],
          uploads: [{ file: doorPaths.program, content: program }],
          networksAdvanced: [
            { name: front },
            ...Object.entries(names).map(([key, aliases]) => ({ name: networks[key] ?? key, aliases })),
          ],
          restart: "unless-stopped",
          memory: 128,
          memorySwap: 128,
          // It keeps the ports that it listens on in its own file system, where they outlive a restart.
          ...confined(),
          logDriver: "json-file",
          logOpts: { "max-size": "10m", "max-file": "3" },
          // Connections of other services may last for hours, and would never let it end.
          stopSignal: "SIGTERM",
          destroyGraceSeconds: 10,
          labels: stageLabels(stage, {}, { door: service }),
        },
        {
          parent: this,
          // A new one listens nowhere yet, and callers would find either.
          deleteBeforeReplace: !yields,
          ...beforeCreate(yields),
          dependsOn: after,
          replaceOnChanges: ["#initerror"],
        },
      );
    }
    this.registerOutputs({});
  }
}

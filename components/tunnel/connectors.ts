import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { beforeCreate } from "../beforeCreate";
import { confined } from "../confined";
import { stageLabels, type StageId } from "../../docker/labels";
import type { Credentials } from "../../tunnel/cloud";

/** Inputs of {@link Connectors}. */
export interface ConnectorsArgs extends Credentials {
  stage: StageId;
  /** How many run beside each other. */
  count: number;
  image: string;
  /** The Engine's name of the network on which they find the edge, and which leads out. */
  network: pulumi.Input<string>;
  /** Gives up on a new one that does not connect. */
  watched?: pulumi.ResourceHook;
}

/** Where a connector tells whether it is connected: an address that nothing but its own container reaches. */
const metrics = "127.0.0.1:2000";

/** Where a connector finds its token: its arguments and its environment can be read by everyone who may ask the Engine. */
const tokenFile = "/etc/tunnel-token";

/** How long, in seconds, requests that are under way may take to end when a connector goes. */
const grace = 10;

/**
 * The connectors of a stage's tunnel, each of which leads all callers to the edge. A change replaces one after the other: each waits
 * until the one before is connected, and those that were there go at the end of the update, once all new ones are (docs/decisions/tunnel.md).
 */
export class Connectors extends pulumi.ComponentResource {
  /** By name. */
  readonly containers: Record<string, docker.Container> = {};

  constructor(name: string, args: ConnectorsArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:tunnel:Connectors", name, {}, opts);
    const program = new docker.RemoteImage(`${name}-image`, { name: args.image, keepLocally: true }, { parent: this });
    let before: pulumi.Resource[] = [program, ...args.after];
    for (let number = 1; number <= args.count; number++) {
      const connector = this.declare(`${name}-${number}`, String(number), program.imageId, args, before);
      this.containers[`connector-${number}`] = connector;
      before = [connector];
    }
    this.registerOutputs({});
  }

  private declare(
    name: string,
    number: string,
    image: pulumi.Input<string>,
    { stage, network, token, watched }: ConnectorsArgs,
    dependsOn: pulumi.Resource[],
  ): docker.Container {
    return new docker.Container(
      name,
      {
        image,
        command: ["tunnel", "--metrics", metrics, "--grace-period", `${grace}s`, "run", "--token-file", tokenFile],
        // Its program runs as a user without rights, in a container of its own.
        uploads: [{ file: tokenFile, content: pulumi.secret(token), permissions: "0444" }],
        networksAdvanced: [{ name: network }],
        healthcheck: {
          tests: ["CMD", "cloudflared", "tunnel", "--metrics", metrics, "ready"],
          interval: "5s",
          timeout: "5s",
          startPeriod: "50s",
          retries: 3,
        },
        wait: true,
        waitTimeout: 120,
        restart: "unless-stopped",
        memory: 256,
        memorySwap: 256,
        // The Engine puts its token into its file system, which so cannot be read-only.
        ...confined(),
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        // Longer than it takes by itself: one that is killed leaves its connections to Cloudflare behind.
        stopTimeout: 2 * grace,
        destroyGraceSeconds: 2 * grace,
        labels: stageLabels(stage, {}, { connector: number }),
      },
      {
        parent: this,
        dependsOn,
        ...beforeCreate(watched),
        // The new one is connected before the old one goes.
        deleteBeforeReplace: false,
        replaceOnChanges: ["#initerror", "healthcheck"],
      },
    );
  }
}

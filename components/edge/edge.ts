import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../labels";
import { clearedBy } from "../leftovers/hook";
import { Certificates, type CertificatesArgs } from "./certificates";
import { fingerprintOf, type EdgeDefinition } from "./definition";
import { adminPort, paths } from "./layout";

/** Inputs of {@link Edge}. */
export interface EdgeArgs {
  stage: StageId;
  definition: EdgeDefinition;
  /** The Engine's name of each network, by the compose file's key. */
  networks: Readonly<Record<string, pulumi.Input<string>>>;
  /** How certificates are got; undefined in a stage without HTTPS. */
  certificates?: Omit<CertificatesArgs, "stage" | "network">;
  /** Clears the way for it. */
  clears?: pulumi.ResourceHook;
  /** Stops what holds its ports. */
  yields?: pulumi.ResourceHook;
}

/**
 * The reverse proxy that holds a stage's HTTP ports, and the names by which its services call each other. Which containers it
 * sends traffic to is the cutover's business, and kept on a volume; a change of the ports or names replaces it, with a short downtime.
 */
export class Edge extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** The Engine's name of its own network, which leads out. */
  readonly network: pulumi.Output<string>;

  constructor(
    name: string,
    { stage, definition, networks, certificates, clears, yields }: EdgeArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:edge:Edge", name, {}, opts);
    const { image, files, ports } = definition;
    const program = new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, { parent: this });
    const labels = stageLabels(stage, {}, { role: "edge" });
    // The services' own networks may be internal; through this one the ports are published.
    const front = new docker.Network(`${name}-front`, { labels }, { parent: this });
    this.network = front.name;
    // Which containers serve: an edge that takes the place of another goes on where that one was.
    const state = new docker.Volume(
      `${name}-state`,
      { name, labels: stageLabels(stage, {}, { files: "edge" }) },
      { parent: this },
    );
    const keeper =
      certificates &&
      new Certificates(`${name}-certificates`, { stage, ...certificates, network: front.name }, { parent: this });
    this.container = new docker.Container(
      `${name}-proxy`,
      {
        image,
        entrypoints: ["bash", paths.guard],
        uploads: Object.entries(files).map(([file, content]) => ({ file, content })),
        volumes: [
          { volumeName: state.name, containerPath: paths.state },
          ...(keeper ? [{ volumeName: keeper.volume, containerPath: paths.given, readOnly: true }] : []),
        ],
        ports,
        networksAdvanced: [
          { name: front.name, ...(definition.names ? { aliases: definition.names } : {}) },
          ...Object.entries(definition.networks).map(([key, aliases]) => ({ name: networks[key] ?? key, aliases })),
        ],
        healthcheck: {
          tests: ["CMD", "bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${adminPort}`],
          interval: "2s",
          timeout: "2s",
          retries: 5,
        },
        wait: true,
        waitTimeout: 60,
        restart: "unless-stopped",
        memory: 256,
        memorySwap: 256,
        securityOpts: ["no-new-privileges:true"],
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        destroyGraceSeconds: 10,
        labels: stageLabels(stage, {}, { role: "edge", definition: fingerprintOf(definition) }),
      },
      {
        parent: this,
        // Two of them cannot hold one port.
        deleteBeforeReplace: true,
        ...clearedBy(clears, yields),
        dependsOn: [program],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.registerOutputs({ container: this.container.name });
  }
}

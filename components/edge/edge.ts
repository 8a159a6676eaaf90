import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../../docker/labels";
import { beforeCreate } from "../beforeCreate";
import type { CertificateOrder } from "../../edge/acme";
import { Certificates } from "./certificates";
import { fingerprintOf, type EdgeDefinition } from "../../edge/definition";
import { confined, readOnly } from "../confined";
import { Doors } from "./doors";
import { adminPort, edgeName, edgeNameForDoors, paths, type Called } from "../../edge/layout";
import type { Wanted } from "../../edge/write";
import { Step } from "../step";

/** Inputs of {@link Edge}. */
export interface EdgeArgs {
  stage: StageId;
  definition: EdgeDefinition;
  /** Where it leads callers to, and whom it trusts. */
  wanted: Wanted;
  /** The services whose name leads to it. */
  called: readonly Called[];
  /** The Engine's name of each network, by the compose file's key. */
  networks: Readonly<Record<string, pulumi.Input<string>>>;
  /** How certificates are got; undefined in a stage without HTTPS. */
  certificates?: CertificateOrder;
  /** Stops what a new container cannot run beside; undefined: the engine deletes the old one first. */
  yields?: pulumi.ResourceHook;
  /** Gives up on a new edge that does not become healthy. */
  watched?: pulumi.ResourceHook;
}

/**
 * The reverse proxy that holds a stage's HTTP ports, and the names by which its services call each other. Which containers it
 * sends traffic to is the cutover's business, and kept on a volume; so is where it listens. A change of the ports that it holds on the machine
 * replaces it, with a short downtime; unless the new one becomes well, the old one runs again.
 */
export class Edge extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** What gets its certificates; undefined in a stage without HTTPS. */
  readonly certificates?: docker.Container;
  /** The doors of the names that lead to it, by service. */
  readonly doors: Record<string, docker.Container>;
  /** The resources that a service waits for if it calls others by name. */
  readonly ready: pulumi.Resource[];
  /** The Engine's name of its own network, which leads out. */
  readonly network: pulumi.Output<string>;

  constructor(
    name: string,
    { stage, definition, wanted, called, networks, certificates, yields, watched }: EdgeArgs,
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
      new Certificates(
        `${name}-certificates`,
        { stage, ...certificates, network: front.name, yields },
        { parent: this },
      );
    this.certificates = keeper?.container;
    this.container = new docker.Container(
      `${name}-proxy`,
      {
        image: program.imageId,
        ...confined(),
        ...readOnly("bash", paths.guard, files),
        volumes: [
          { volumeName: state.name, containerPath: paths.state },
          ...(keeper ? [{ volumeName: keeper.volume, containerPath: paths.given, readOnly: true }] : []),
        ],
        ports,
        networksAdvanced: [
          { name: front.name, aliases: [edgeName, edgeNameForDoors] },
          ...definition.networks.map((key) => ({ name: networks[key] ?? key })),
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
        memory: 512,
        memorySwap: 512,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        destroyGraceSeconds: 10,
        labels: stageLabels(stage, {}, { role: "edge", definition: fingerprintOf(definition) }),
      },
      {
        parent: this,
        // Two edges cannot hold one port. The old one is stopped rather than deleted, so that it can run again if its successor fails.
        deleteBeforeReplace: !yields,
        ...beforeCreate(yields, watched),
        dependsOn: [program],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.doors = new Doors(
      `${name}-doors`,
      { stage, called, image: program.imageId, networks, front: front.name, after: [program, this.container], yields },
      { parent: this },
    ).containers;
    const leads = new Step(
      `${name}-leads`,
      {
        run: "lead",
        input: {
          ...wanted,
          id: stage,
          edge: this.container.id,
          doors: called.map(({ service, ports }) => ({
            service,
            container: this.doors[service]?.id,
            image,
            ports: ports.map(({ target }) => target),
          })),
        },
      },
      { parent: this, dependsOn: [this.container, ...Object.values(this.doors)] },
    );
    this.ready = [this.container, ...Object.values(this.doors), leads];
    this.registerOutputs({ container: this.container.name });
  }
}

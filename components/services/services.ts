import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ComposeConfig, Service } from "../../compose/model";
import { stageLabels, type StageId } from "../labels";
import { clearedBy } from "../leftovers/hook";
import type { ReleaseImage } from "../release/release";
import { containerArgs } from "./container";
import { ServiceFiles, type Mounted } from "./files";
import { updateOrder } from "./order";
import type { Secrets } from "./secrets";
import { isStopFirst } from "./stopFirst";

/** Inputs of {@link Services}. */
export interface ServicesArgs {
  stage: StageId;
  config: ComposeConfig;
  secrets: Secrets;
  /** The registry's address. */
  registry: string;
  /** What must be there before an image can be pulled from it. */
  after: pulumi.Resource[];
  /** What must be done before a container is touched. */
  first?: pulumi.Resource[];
  /** The image of each service; services with the same image share one object. */
  images: Readonly<Record<string, pulumi.Output<ReleaseImage>>>;
  /** The Engine's name of each network, by the compose file's key. */
  networks: Readonly<Record<string, pulumi.Input<string>>>;
  /** The Engine's name of each volume, by the compose file's key. */
  volumes: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets, configs and files of the release, by service. */
  files: Readonly<Record<string, Mounted[]>>;
  /** Clears the way for containers that cannot run beside themselves. */
  clears?: pulumi.ResourceHook;
  /** The services whose name leads others to the edge. */
  called: readonly string[];
  /** The edge, where there is one: what calls others by name has to find it. */
  edge?: docker.Container;
  /** Makes a container known to the edge; undefined where that is the cutover's business alone. */
  introduce(
    service: string,
    container: docker.Container,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource | undefined;
}

/**
 * The containers of a stage's services. A new container is started, and waited for until it is healthy, before the old one
 * is stopped; services that cannot run beside themselves are stopped first, in a phase before all the others.
 */
export class Services extends pulumi.ComponentResource {
  /** By service. */
  readonly containers: Record<string, docker.Container> = {};
  /** Those that carry the files of services; none of them runs. */
  readonly carriers: docker.Container[] = [];
  private readonly introduced: Record<string, pulumi.Resource | undefined> = {};
  private readonly pulled = new Map<
    pulumi.Output<ReleaseImage>,
    { reference: pulumi.Output<string>; image: docker.RemoteImage }
  >();

  constructor(name: string, args: ServicesArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:services:Services", name, {}, opts);
    const services = args.config.services ?? {};
    for (const [service, before] of updateOrder(ordered(services))) {
      const definition = services[service];
      const image = args.images[service];
      if (definition && image) {
        const container = this.declare(service, definition, this.pull(service, image, args), before, args);
        this.containers[service] = container;
        this.introduced[service] = args.introduce(service, container, { parent: this, dependsOn: [container] });
      }
    }
    this.registerOutputs({});
  }

  /** One pull for each image, however many services run it. */
  private pull(service: string, image: pulumi.Output<ReleaseImage>, { registry, after }: ServicesArgs) {
    let pulled = this.pulled.get(image);
    if (!pulled) {
      const reference = pulumi.interpolate`${registry}/${image.repository}@${image.digest}`;
      const remote = new docker.RemoteImage(
        `${service}-image`,
        // Another stage on this machine may run the same image.
        { name: reference, keepLocally: true },
        { parent: this, dependsOn: after },
      );
      pulled = { reference, image: remote };
      this.pulled.set(image, pulled);
    }
    return pulled;
  }

  private declare(
    service: string,
    definition: Service,
    { reference, image }: { reference: pulumi.Output<string>; image: docker.RemoteImage },
    before: string[],
    { stage, secrets, networks, volumes, files, called, edge, clears, first = [] }: ServicesArgs,
  ): docker.Container {
    const labels = stageLabels(stage, definition.labels, { service });
    const prefix = `${stage.project}-${stage.stage}-${service}`;
    const mounted = files[service] ?? [];
    const carried =
      mounted.length > 0
        ? new ServiceFiles(
            `${prefix}-files`,
            { mounted, image: reference, labels: stageLabels(stage, {}, { files: service }) },
            { parent: this, dependsOn: [image] },
          )
        : undefined;
    if (carried) {
      this.carriers.push(carried.carrier);
    }
    const args = containerArgs(service, definition, {
      secrets,
      image: reference,
      networks,
      volumes,
      files: carried?.mounts ?? [],
      isCalled: called.includes(service),
      labels,
    });
    const stopFirst = isStopFirst(definition);
    return new docker.Container(prefix, args, {
      parent: this,
      dependsOn: [
        image,
        ...first,
        ...(carried ? [carried.carrier] : []),
        ...this.started(before),
        // What is stopped first waits for nothing that it does not need.
        ...(edge && !stopFirst ? [edge] : []),
      ],
      deleteBeforeReplace: stopFirst,
      ...clearedBy(stopFirst ? clears : undefined),
      replaceOnChanges: replacedFor,
    });
  }

  private started(services: string[]): pulumi.Resource[] {
    return services.flatMap((service) => [this.containers[service] ?? [], this.introduced[service] ?? []].flat());
  }
}

/**
 * What makes a new container, beside what the provider itself makes one for: a container that never became healthy is none to
 * keep, and some versions of the provider report these properties as updated without touching the container.
 */
const replacedFor = ["#initerror", "healthcheck", "tmpfs", "init", "cpuPeriod", "cpuQuota"];

function ordered(services: Readonly<Record<string, Service>>) {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      {
        dependsOn: Object.keys(service.depends_on ?? {}).filter((other) => other in services),
        stopFirst: isStopFirst(service),
      },
    ]),
  );
}

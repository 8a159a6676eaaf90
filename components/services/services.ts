import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ComposeConfig, Service } from "../../compose/index";
import { replicaLabel, replicaName, replicasOf } from "../../application/replicas";
import { roleOf } from "../../application/roles";
import { stageLabels, type StageId } from "../../docker/labels";
import { beforeCreate } from "../beforeCreate";
import type { RegistryPlan } from "../../settings/registryPlan";
import type { MountedBundle } from "../release/outputs";
import type { ReleaseImage } from "../../release/record";
import { BundleVolume } from "./bundles";
import { containerArgs } from "./container";
import { isUnchecked, waitingFor } from "../../application/healthcheck";
import { ServiceFiles, type Mounted } from "./files";
import type { KeptPath } from "../../application/written/keptPath";
import { lacksEntrypoint } from "../../application/emptyArgument";
import { updateOrder } from "../../application/order";
import type { Secrets } from "../../application/secrets";
import { Step } from "../step";
import { isStopFirst, publishedPorts } from "../../application/stopFirst";

/** Inputs of {@link Services}. */
export interface ServicesArgs {
  stage: StageId;
  config: ComposeConfig;
  secrets: Secrets;
  /** The registry's address. */
  registry: string;
  /** What must be there before an image can be pulled from it. */
  after: pulumi.Resource[];
  /** Pulls an image with a login that the provider does not have. */
  pulls?: pulumi.ResourceHook;
  /** What must be done before a container is touched. */
  first?: pulumi.Resource[];
  /** The image of each service; services with the same image share one object. */
  images: Readonly<Record<string, pulumi.Output<ReleaseImage>>>;
  /** The Engine's name of each network, by the compose file's key. */
  networks: Readonly<Record<string, pulumi.Input<string>>>;
  /** The Engine's name of each volume, by the compose file's key. */
  volumes: Readonly<Record<string, pulumi.Input<string>>>;
  /** Where the Engine has the content of each volume, by the compose file's key. */
  mountpoints?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * The paths of the project whose data are on volumes; whether the stage is on this machine, where they are filled from those; and what of the
   * release they begin with, by their key.
   */
  kept?: { paths: readonly KeptPath[]; isHere: boolean; seeds: Readonly<Record<string, Mounted>> };
  /** Secrets, configs and files of the release, by service. */
  files: Readonly<Record<string, Mounted[]>>;
  /** Closes a volume with files to other users of the machine before they are there. */
  seals?: pulumi.ResourceHook;
  /** What of the files is bundled, by the name that the release has for it, and the registry that holds it. */
  bundles: { registry: pulumi.Input<RegistryPlan>; release: Readonly<Record<string, MountedBundle>> };
  /** Stops what a new container cannot run beside; undefined: the engine deletes the old one first. */
  yields?: pulumi.ResourceHook;
  /** Gives up on a new container that does not become healthy. */
  watched?: pulumi.ResourceHook;
  /** The services whose name leads others to the edge. */
  called: readonly string[];
  /** The edge, where there is one, and what leads to it: what calls others by name has to find it. */
  edge: pulumi.Resource[];
  /** Makes a container known to the edge; undefined where that is the cutover's business alone. */
  introduce(
    service: string,
    containers: readonly docker.Container[],
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource | undefined;
  /** Declares a job at its place in the order. */
  job: (name: string, runnable: Runnable) => pulumi.Resource;
}

/** What a service's container is made from. */
export interface Runnable {
  container: docker.ContainerArgs;
  /** What must be there before. */
  needs: pulumi.Resource[];
}

/**
 * The containers of a stage's services. A new container is started, and waited for until it is healthy, before the old one
 * is stopped; services that cannot run beside themselves, or beside what holds their volumes, ports or addresses now, come in a phase
 * before all the others, each just after what is in its way was stopped. Jobs come in between.
 */
export class Services extends pulumi.ComponentResource {
  private readonly bundles = new Map<string, BundleVolume>();
  private readonly filled = new Map<string, Step>();
  /** By service; the first where there are several. */
  readonly containers: Record<string, docker.Container> = {};
  /** All of them. */
  readonly all: { service: string; container: docker.Container }[] = [];
  /** Those that carry the files of services; none of them runs. */
  readonly carriers: docker.Container[] = [];
  private readonly pulled = new Map<
    pulumi.Output<ReleaseImage>,
    { reference: pulumi.Output<string>; image: docker.RemoteImage }
  >();

  readonly jobs: pulumi.Resource[] = [];
  /** What tells the edge of new containers ahead of the cutover, which must not write what the edge keeps at the same time. */
  readonly introductions: pulumi.Resource[] = [];
  /** What later services wait for: containers, and jobs. */
  private readonly started = new Map<string, pulumi.Resource[]>();

  constructor(
    name: string,
    private readonly args: ServicesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:services:Services", name, {}, opts);
    const services = args.config.services ?? {};
    for (const [service, before] of updateOrder(ordered(services))) {
      const definition = services[service];
      if (definition && args.images[service]) {
        const { container, needs } = this.prepare(service);
        const waiting = [...needs, ...before.flatMap((other) => this.started.get(other) ?? [])];
        this.started.set(service, this.declare(service, definition, { container, needs: waiting }));
      }
    }
    this.registerOutputs({});
  }

  /**
   * What the container of a service, a job or a check is made from: its image, pulled, and its files, on their volume.
   *
   * @throws Error for a service without an image
   */
  prepare(service: string): Runnable {
    const { config, stage, secrets, networks, volumes, mountpoints, called } = this.args;
    const definition = config.services[service];
    const image = this.args.images[service];
    if (!definition || !image) {
      throw new Error(`The release has no service ${service}.`);
    }
    const { reference, image: pulled } = this.pull(service, image);
    const carried = this.carry(service, reference, pulled);
    const bundled = this.bundle(service, reference, pulled);
    const asked = lacksEntrypoint(definition) ? this.entrypoint(service, reference, pulled) : undefined;
    const container = containerArgs(service, definition, {
      entrypoint: asked?.result<string[]>(),
      secrets,
      image: reference,
      networks,
      volumes,
      mountpoints,
      files: [...(carried?.mounts ?? []), ...bundled.mounts],
      containers: Object.fromEntries(Object.entries(this.containers).map(([other, { id }]) => [other, id])),
      isCalled: called.includes(service),
      declared: config.networks,
      labels: stageLabels(stage, definition.labels, { [roleOf(definition)]: service }),
    });
    const filled = this.fill(definition, pulled);
    return { container, needs: [pulled, ...(carried ? [carried.carrier] : []), ...bundled.needs, ...filled] };
  }

  /** Asks the machine for the entrypoint of an image that is known only once it is built. */
  private entrypoint(service: string, image: pulumi.Output<string>, pulled: docker.RemoteImage): Step {
    return new Step(
      `${service}-entrypoint`,
      { run: "entrypoint", shows: { SERVICE: service }, input: { image } },
      { parent: this, dependsOn: [pulled] },
    );
  }

  /** What has to be on the volumes of the project's paths before a service mounts them. */
  private fill({ volumes = [] }: Service, pulled: docker.RemoteImage): Step[] {
    const { kept: { paths, isHere, seeds } = { paths: [], isHere: false, seeds: {} }, volumes: names } = this.args;
    const mounted = paths.filter(({ key, inside }) => {
      return (isHere || inside.length > 0 || key in seeds) && volumes.some(({ source }) => source === key);
    });
    return mounted.map(({ key, name, path, kind, inside, writableFor }) => {
      const known = this.filled.get(key);
      if (known) return known;
      const begins = seeds[key];
      const seed = begins && writableFor !== undefined ? this.seed(writableFor, begins) : undefined;
      const made = new Step(
        `${name}-filled`,
        {
          run: "fill",
          shows: { FILLED_FROM: `./${path}` },
          input: { volume: names[key] ?? name, path, kind, inside, isHere, ...(seed ? { seed: seed.input } : {}) },
        },
        { parent: this, dependsOn: [pulled, ...(seed?.needs ?? [])] },
      );
      this.filled.set(key, made);
      return made;
    });
  }

  /** What of the release goes onto a volume, for the one who is to write there: the service's user, or its image's. */
  private seed(service: string, { files, bundle }: Mounted): { input: object; needs: pulumi.Resource[] } | undefined {
    const image = this.args.images[service];
    if (!image) return undefined;
    const { reference, image: pulled } = this.pull(service, image);
    const owner = { image: reference, user: this.args.config.services[service]?.user };
    if (bundle === undefined) return { input: { owner, files }, needs: [pulled] };
    const volume = this.bundleVolume(service, bundle, reference, pulled);
    return { input: { owner, carrier: volume.carrier.id }, needs: [pulled, volume.filled] };
  }

  /** One pull for each image, however many services run it. */
  private pull(service: string, image: pulumi.Output<ReleaseImage>) {
    const { registry, after, pulls } = this.args;
    let pulled = this.pulled.get(image);
    if (!pulled) {
      const reference = pulumi.interpolate`${registry}/${image.repository}@${image.digest}`;
      const remote = new docker.RemoteImage(
        `${service}-image`,
        // Another stage on this machine may run the same image.
        { name: reference, keepLocally: true },
        { parent: this, dependsOn: after, hooks: pulls && { beforeCreate: [pulls] } },
      );
      pulled = { reference, image: remote };
      this.pulled.set(image, pulled);
    }
    return pulled;
  }

  private carry(service: string, image: pulumi.Output<string>, pulled: docker.RemoteImage): ServiceFiles | undefined {
    const { stage, files, seals } = this.args;
    const mounted = (files[service] ?? []).filter(({ bundle }) => bundle === undefined);
    if (mounted.length === 0) {
      return undefined;
    }
    const carried = new ServiceFiles(
      `${stage.project}-${stage.stage}-${service}-files`,
      { mounted, image, labels: stageLabels(stage, {}, { files: service }), seals },
      { parent: this, dependsOn: [pulled] },
    );
    this.carriers.push(carried.carrier);
    return carried;
  }

  /** What a service mounts of the release's bundles; services with the same content share a volume. */
  private bundle(
    service: string,
    image: pulumi.Output<string>,
    pulled: docker.RemoteImage,
  ): { mounts: docker.types.input.ContainerMount[]; needs: pulumi.Resource[] } {
    const volumes = new Set<BundleVolume>();
    const mounts = (this.args.files[service] ?? []).flatMap(({ target, bundle }) => {
      if (bundle === undefined) return [];
      const volume = this.bundleVolume(service, bundle, image, pulled);
      volumes.add(volume);
      return volume.mounts(target);
    });
    const all = [...volumes];
    return { mounts: [...all.map(({ guard }) => guard), ...mounts], needs: all.map(({ filled }) => filled) };
  }

  private bundleVolume(
    service: string,
    id: string,
    image: pulumi.Output<string>,
    pulled: docker.RemoteImage,
  ): BundleVolume {
    const { stage, bundles } = this.args;
    const bundle = bundles.release[id];
    if (!bundle) throw new Error(`The service ${service} mounts ${id}, which the release does not hold.`);
    const known = this.bundles.get(bundle.key);
    if (known) return known;
    const name = `${stage.project}-${stage.stage}-files-${bundle.key}`;
    const made = new BundleVolume(
      name,
      { stage, bundle, registry: bundles.registry, image },
      { parent: this, dependsOn: [pulled] },
    );
    this.bundles.set(bundle.key, made);
    this.carriers.push(made.carrier);
    return made;
  }

  /** @returns what later services wait for */
  private declare(service: string, definition: Service, { container, needs }: Runnable): pulumi.Resource[] {
    const { stage, first = [], edge, yields, watched, job, introduce } = this.args;
    if (roleOf(definition) === "job") {
      const declared = job(service, { container, needs: [...first, ...needs] });
      this.jobs.push(declared);
      return [declared];
    }
    const stopFirst = isStopFirst(definition);
    // The edge may hold a port until its own new container leaves it to a service.
    const waitsForEdge = !stopFirst || publishedPorts(definition).length > 0;
    const running = Array.from({ length: replicasOf(definition) }, (_, index) => {
      const name = `${stage.project}-${stage.stage}-${replicaName(service, index + 1)}`;
      return new docker.Container(name, this.replica(service, definition, container, index + 1), {
        parent: this,
        // A service that is stopped first waits only for what it needs, since it is down meanwhile.
        dependsOn: [...first, ...needs, ...(waitsForEdge ? edge : [])],
        // The old container is stopped rather than deleted, so that it can run again if its successor fails.
        deleteBeforeReplace: stopFirst && !yields,
        ...beforeCreate(stopFirst ? yields : undefined, watched),
        replaceOnChanges: replacedFor,
        // The Engine fills these in from the image, where the check itself is switched off.
        ignoreChanges: isUnchecked(definition) ? ["interval", "timeout", "retries", "startPeriod"].map(ofCheck) : [],
      });
    });
    this.all.push(...running.map((one) => ({ service, container: one })));
    this.containers[service] = running[0] as docker.Container;
    const introduced = introduce(service, running, { parent: this, dependsOn: running });
    if (introduced) this.introductions.push(introduced);
    return [
      ...running,
      ...(introduced ? [introduced] : []),
      ...running.flatMap((one, index) => this.healthy(service, index + 1, one)),
    ];
  }

  /** One of a service's containers, by its number; where they are stopped one by one, a label tells them apart. */
  private replica(
    service: string,
    definition: Service,
    container: docker.ContainerArgs,
    number: number,
  ): docker.ContainerArgs {
    const label = replicaLabel(definition, number);
    return Object.keys(label).length === 0
      ? container
      : { ...container, labels: stageLabels(this.args.stage, definition.labels, { service, ...label }) };
  }

  /** What waits for a health check that only the image has, where other services do. */
  private healthy(service: string, number: number, { name: container }: docker.Container): pulumi.Resource[] {
    const waiting = waitingFor(service, this.args.config.services);
    if (waiting.length === 0) return [];
    const input = { service, container, waiting };
    return [
      new Step(
        `${replicaName(service, number)}-healthy`,
        { run: "healthy", shows: { SERVICE: service }, input },
        { parent: this },
      ),
    ];
  }
}

/**
 * What makes a new container, beside what the provider itself makes one for: a container that never became healthy is none to
 * keep, and some versions of the provider report these properties as updated without touching the container.
 */
const replacedFor = ["#initerror", "healthcheck", "mounts", "tmpfs", "init", "cpuPeriod", "cpuQuota"];

function ofCheck(property: string): string {
  return `healthcheck.${property}`;
}

/** Services and jobs: a check runs when all of them have. */
function ordered(services: Readonly<Record<string, Service>>) {
  return Object.fromEntries(
    Object.entries(services)
      .filter(([, service]) => roleOf(service) !== "check")
      .map(([name, service]) => [
        name,
        {
          dependsOn: Object.keys(service.depends_on ?? {}).filter((other) => other in services),
          stopFirst: roleOf(service) === "service" && isStopFirst(service),
          job: roleOf(service) === "job",
        },
      ]),
  );
}

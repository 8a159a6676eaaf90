import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../../docker/labels";
import type { RegistryPlan } from "../../settings/registryPlan";
import { bundleFolder, contentName } from "../../release/bundles";
import type { MountedBundle } from "../release/outputs";
import { Step } from "../step";

/** Inputs of {@link BundleVolume}. */
export interface BundleVolumeArgs {
  stage: StageId;
  bundle: MountedBundle;
  registry: pulumi.Input<RegistryPlan>;
  /** An image that is on the machine; none of its programs is run. */
  image: pulumi.Input<string>;
}

/**
 * A bundle's content on the stage's machine: a volume that is named for the content, and read-only to all services that mount it. It is no
 * data: it goes when nothing of the stage mounts that content any more.
 *
 * A container that is never started is there for the volume, and a step brings the content to it, by what the machine pulls from the registry:
 * neither Pulumi nor its state sees any of it.
 */
export class BundleVolume extends pulumi.ComponentResource {
  readonly carrier: docker.Container;
  /** What must be done before anything mounts it. */
  readonly filled: Step;
  private readonly volume: docker.Volume;
  private readonly key: string;

  constructor(
    name: string,
    { stage, bundle: { key, image: bundle }, registry, image }: BundleVolumeArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:services:BundleVolume", name, {}, opts);
    this.key = key;
    const labels = stageLabels(stage, {}, { files: key });
    this.volume = new docker.Volume(`${name}-volume`, { name, labels }, { parent: this, ignoreChanges: ["labels"] });
    this.carrier = new docker.Container(
      `${name}-carrier`,
      {
        image,
        start: false,
        mustRun: false,
        volumes: [{ volumeName: this.volume.name, containerPath: bundleFolder }],
        labels,
      },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges: ["image"], replaceOnChanges: ["#initerror"] },
    );
    this.filled = new Step(
      `${name}-filled`,
      { run: "unpack", input: { registry, bundle, key, volume: name, carrier: this.carrier.id } },
      { parent: this },
    );
    this.registerOutputs({});
  }

  /** What a service mounts. */
  mounts(target: string): docker.types.input.ContainerMount[] {
    return [
      { type: "bind", source: pulumi.interpolate`${this.volume.mountpoint}/${contentName}`, target, readOnly: true },
    ];
  }

  /** `docker volume prune` takes volumes that no container uses: it has to spare this one. */
  get guard(): docker.types.input.ContainerMount {
    return { type: "volume", source: this.volume.name, target: `/run/slipway-files/${this.key}`, readOnly: true };
  }
}

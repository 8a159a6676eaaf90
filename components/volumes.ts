import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Volume } from "../compose/index";
import { stageLabels, type StageId } from "../docker/labels";

/** Inputs of {@link Volumes}. */
export interface VolumesArgs {
  stage: StageId;
  /** The compose file's volumes, by their key in it. */
  volumes: Record<string, Volume>;
}

/**
 * A stage's data volumes. Neither an update nor a destroy deletes one; the next `pulumi up` finds it again by its name, and a
 * volume of that name that exists already is adopted as it is.
 */
export class Volumes extends pulumi.ComponentResource {
  /** The volume's name in the Docker Engine, by its key in the compose file. */
  readonly names: Record<string, pulumi.Output<string>> = {};
  /** Where the Engine has its content, for those that the stage declares. */
  readonly mountpoints: Record<string, pulumi.Output<string>> = {};

  constructor(name: string, { stage, volumes }: VolumesArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:volumes:Volumes", name, {}, opts);
    for (const [key, volume] of Object.entries(volumes)) {
      this.names[key] = volume.external
        ? pulumi.output(volume.name)
        : this.declare(`${name}-${key}`, stage, key, volume);
    }
    this.registerOutputs({ names: this.names });
  }

  private declare(name: string, stage: StageId, key: string, volume: Volume): pulumi.Output<string> {
    const resource = new docker.Volume(
      name,
      {
        name: volume.name,
        driver: volume.driver ?? "local",
        driverOpts: volume.driver_opts,
        labels: stageLabels(stage, volume.labels),
      },
      // The Engine cannot change a volume: any difference would mean a new one in the place of the data.
      { parent: this, retainOnDelete: true, ignoreChanges: ["driver", "driverOpts", "labels"] },
    );
    this.mountpoints[key] = resource.mountpoint;
    return resource.name;
  }
}

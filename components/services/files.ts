import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Label } from "../../docker/labels";
import { beforeCreate } from "../beforeCreate";

/** A file, or a folder of files, that a service's containers see: a secret, a config, or a part of the release. */
export interface Mounted {
  /** Its absolute path in the container. */
  target: string;
  /** The file itself, with an empty path; or the files of a folder, with their paths in it. */
  files: MountedFile[];
  /** The bundle of the release that it is instead, by the name that the release has for it. */
  bundle?: string;
}

/** One file of what is mounted. */
export interface MountedFile {
  path: string;
  /** Its content, in base64; a Pulumi secret where it is one. */
  contentBase64: pulumi.Input<string>;
  /** Its permissions, in octal, such as `0444`. */
  permissions: string;
}

/** Inputs of {@link ServiceFiles}. */
export interface ServiceFilesArgs {
  mounted: Mounted[];
  /** An image that is on the machine; none of its programs is run. */
  image: pulumi.Input<string>;
  labels: Label[];
  /** Closes the volume to other users of the machine before the first file is there. */
  seals?: pulumi.ResourceHook;
}

/**
 * The files that one service's containers see, on a volume of their own that changes its name with their content: a
 * container is replaced when a file of its changes, and the old one keeps the old files for as long as it runs.
 *
 * A container that is never started carries them onto the volume, because the Engine takes files through containers only. So
 * they reach any machine that the Engine runs on, a read-only root file system is no obstacle, and no secret stands in
 * the service's own definition. On the machine's disk root alone gets to them, since only root may enter the volume's folder; in the service
 * each has the mode that the compose file says.
 */
export class ServiceFiles extends pulumi.ComponentResource {
  /** What the service mounts. */
  readonly mounts: docker.types.input.ContainerMount[];
  /** What must be there before the service starts. */
  readonly carrier: docker.Container;

  constructor(
    name: string,
    { mounted, image, labels, seals }: ServiceFilesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:services:ServiceFiles", name, {}, opts);
    const version = new random.RandomId(
      `${name}-version`,
      { byteLength: 4, keepers: { content: pulumi.jsonStringify(mounted) } },
      { parent: this },
    );
    const volume = new docker.Volume(
      `${name}-volume`,
      { name: pulumi.interpolate`${name}-${version.hex}`, labels },
      // What has a name of its own the engine replaces stop-first, with all that mounts it: the service would be down.
      { parent: this, ignoreChanges: ["labels"], deleteBeforeReplace: false },
    );
    this.carrier = new docker.Container(
      `${name}-carrier`,
      {
        image,
        start: false,
        mustRun: false,
        volumes: [{ volumeName: volume.name, containerPath: folder }],
        uploads: mounted.flatMap(({ files }, index) =>
          files.map(({ path, contentBase64, permissions }) => ({
            file: [folder, index, path].filter((part) => part !== "").join("/"),
            contentBase64,
            permissions,
          })),
        ),
        labels,
      },
      {
        parent: this,
        dependsOn: opts.dependsOn,
        ...beforeCreate(seals),
        ignoreChanges: ["image"],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.mounts = [
      // `docker volume prune` takes volumes that no container uses: it has to spare this one.
      { type: "volume", source: volume.name, target: folder, readOnly: true },
      ...mounted.map(({ target }, index) => ({
        type: "bind",
        source: pulumi.interpolate`${volume.mountpoint}/${index}`,
        target,
        readOnly: true,
      })),
    ];
    this.registerOutputs({});
  }
}

const folder = "/run/slipway";

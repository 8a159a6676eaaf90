import type * as pulumi from "@pulumi/pulumi";
import type { ReleaseImage, ReleaseRecord } from "../../release/record";

/** A bundle as a stage mounts it. */
export interface MountedBundle {
  /** Tells its content from any other. */
  key: string;
  /** The image that holds it. */
  image: pulumi.Output<ReleaseImage>;
}

/** A release as a stage runs it, whether it was built here or taken from the ledger. */
export interface ReleaseOutputs {
  /** The images by service; services with the same image share one object. */
  readonly images: Readonly<Record<string, pulumi.Output<ReleaseImage>>>;
  /** What its services mount and the state does not hold, by the name that the release has for it. */
  readonly bundles: Readonly<Record<string, MountedBundle>>;
  readonly name: pulumi.Output<string>;
  /** What has to be done before a container of it is made. */
  readonly checked: pulumi.Resource[];
  /** What the ledger holds of it, or is to hold: with its files, in base64, where they are not in the ledger yet. */
  readonly record: pulumi.Output<ReleaseRecord & { files?: Record<string, string> }>;
}

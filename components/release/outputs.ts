import type * as pulumi from "@pulumi/pulumi";
import type { ReleaseImage, ReleaseRecord } from "./release";

/** A release as a stage runs it, whether it was built here or taken from the ledger. */
export interface ReleaseOutputs {
  /** The images by service; services with the same image share one object. */
  readonly images: Readonly<Record<string, pulumi.Output<ReleaseImage>>>;
  readonly name: pulumi.Output<string>;
  /** What has to be done before a container of it is made. */
  readonly checked: pulumi.Resource[];
  /** What the ledger holds of it, or is to hold: with its files, in base64, where they are not in the ledger yet. */
  readonly record: pulumi.Output<ReleaseRecord & { files?: Record<string, string> }>;
}

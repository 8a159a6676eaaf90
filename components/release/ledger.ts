import * as pulumi from "@pulumi/pulumi";
import type { MountedBundle, ReleaseOutputs } from "./outputs";
import type { Release, ReleaseImage, ReleaseRecord } from "../../release/record";

/** A release that was taken from the ledger: nothing of it is built or put together here. */
export class PromotedRelease extends pulumi.ComponentResource implements ReleaseOutputs {
  readonly images: Record<string, pulumi.Output<ReleaseImage>> = {};
  readonly bundles: Record<string, MountedBundle> = {};
  readonly name: pulumi.Output<string>;
  /** It was looked at before it was recorded, and again in the plan. */
  readonly checked: pulumi.Resource[] = [];
  readonly record: pulumi.Output<ReleaseRecord>;

  constructor(name: string, { files: _files, ...record }: Release, opts: pulumi.ComponentResourceOptions) {
    super("slipway:release:PromotedRelease", name, {}, opts);
    const shared = new Map<string, pulumi.Output<ReleaseImage>>();
    for (const [service, image] of Object.entries(record.images)) {
      const key = `${image.repository}@${image.digest}`;
      const known = shared.get(key) ?? pulumi.output(image);
      shared.set(key, known);
      this.images[service] = known;
    }
    for (const [id, { key, repository, digest, platform }] of Object.entries(record.bundles ?? {})) {
      this.bundles[id] = { key, image: pulumi.output({ repository, digest, platform }) };
    }
    this.name = pulumi.output(record.name);
    this.record = pulumi.output(record);
    this.registerOutputs({ name: this.name });
  }
}

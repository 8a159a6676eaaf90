import { z } from "zod";
import type { MachineKindSettings } from "./machineKind";
import { wholeNumber } from "./numbers";
import { textLike } from "./texts";
import { addressRanges, vm } from "./vm";

const disk = z.strictObject({
  size: wholeNumber(10, 65536).default(50).describe("GB; may be raised at any time, and never lowered."),
  type: textLike(/^(pd|hyperdisk)-[a-z-]+$/, "a kind of disk such as pd-balanced, pd-ssd or pd-standard")
    .default("pd-balanced")
    .describe("Counts when the disk is made."),
  existing: textLike(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "the name of a disk in the machine's zone")
    .optional()
    .describe(
      "A disk that is there already and is only attached, such as one that a destroyed stage left: its name, in the machine's zone.",
    ),
});

/** A VM on Google Compute Engine. */
export const gceMachine = z
  .strictObject({
    kind: z.literal("gce"),
    project: textLike(
      /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      "the id of a Google Cloud project, such as shop-123456",
    ).describe("The Google Cloud project that it is in."),
    zone: textLike(/^[a-z]+-[a-z]+\d+-[a-z]$/, "a zone such as europe-west1-b").describe("Where it is."),
    size: textLike(/^[a-z][a-z0-9-]+$/, "a machine type such as e2-standard-2")
      .default("e2-standard-2")
      .describe("The kind of VM."),
    image: textLike(
      /^[a-z0-9.:-]+\/[a-z0-9-]+$/,
      "an image or an image family behind its project, such as debian-cloud/debian-12",
    )
      .default("debian-cloud/debian-12")
      .describe("What its own disk is made from."),
    disk: disk.default(disk.parse({})).describe("Where its data lies: images, volumes, the ledger."),
    sshFrom: addressRanges.default([]).describe("Who reaches its SSH port; empty: only Google's Identity-Aware Proxy."),
    ...vm,
  })
  .superRefine(({ size, image }, check) => {
    if (gcePlatform(size) !== "linux/arm64" || /arm64|aarch64/.test(image)) return;
    const message = `an image for arm64, such as debian-cloud/debian-12-arm64, because ${size} is an ARM machine type`;
    check.addIssue({ code: "custom", path: ["image"], message });
  });

/** How a VM on Google Compute Engine is written. */
export const gce: MachineKindSettings<typeof gceMachine> = {
  schema: gceMachine,
  written: "{ kind: gce, project: …, zone: … }",
};

/**
 * The platform of a VM that has yet to be made, as Docker writes it. Where Google brings further machine types of another kind, the VM
 * itself tells from the second update on.
 *
 * @param size its machine type
 * @see https://cloud.google.com/compute/docs/instances/arm-on-compute
 */
export function gcePlatform(size: string): string {
  return /^([a-z]\d+a|a4x)-/.test(size) ? "linux/arm64" : "linux/amd64";
}

/** Settings of a VM on Google Compute Engine. */
export type GceSettings = z.infer<typeof gceMachine>;

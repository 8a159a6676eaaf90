import { z } from "zod";
import type { MachineKindSettings } from "./machineKind";
import { wholeNumber } from "./numbers";
import { textLike } from "./texts";
import { addressRanges, vm } from "./vm";

const disk = z.strictObject({
  size: wholeNumber(4, 32767).default(64).describe("GiB; may be raised at any time, and never lowered."),
  type: z
    .enum(["Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"], {
      error: "Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS",
    })
    .default("StandardSSD_LRS")
    .describe("Counts when the disk is made. Azure's further kinds are for VMs in a zone alone."),
  existing: textLike(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/disks\/[^/]+$/i,
    "the resource id of a managed disk: /subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/disks/…",
  )
    .optional()
    .describe(
      "A disk that is there already and is only attached, such as one that a destroyed stage left: its resource id.",
    ),
});

/** A VM on Azure. */
export const azureMachine = z.strictObject({
  kind: z.literal("azure"),
  location: textLike(
    /^[a-z][a-z0-9]+$/,
    "a location such as westeurope (az account list-locations shows them)",
  ).describe("Azure's name of the region."),
  size: textLike(/^(Standard|Basic)_[A-Za-z0-9_-]+$/, "a size such as Standard_B2s_v2")
    .default("Standard_B2s_v2")
    .describe("The kind of VM."),
  image: textLike(
    /^[^:\s]+:[^:\s]+:[^:\s]+:[^:\s]+$/,
    "an image as publisher:offer:sku:version, such as Debian:debian-12:12-gen2:latest",
  )
    .default("Debian:debian-12:12-gen2:latest")
    .describe("What its own disk is made from."),
  disk: disk.default(disk.parse({})).describe("Where its data lies: images, volumes, the ledger."),
  sshFrom: addressRanges
    .min(1, "a list of address ranges, such as [203.0.113.7/32]")
    .describe("Who reaches its SSH port."),
  dnsLabel: textLike(
    /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
    "a name in lower-case letters, digits and hyphens, such as shop-staging",
  )
    .optional()
    .describe("What stands before `.<location>.cloudapp.azure.com`; unset: the stage's name and some letters."),
  ...vm,
});

/** How a VM on Azure is written. */
export const azure: MachineKindSettings<typeof azureMachine> = {
  schema: azureMachine,
  written: "{ kind: azure, location: …, sshFrom: […] }",
};

/**
 * The platform of a VM that has yet to be made, as Docker writes it. Where Azure brings further sizes of another kind, the VM itself
 * tells from the second update on.
 *
 * @param size its size
 * @see https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions (`p`: ARM)
 */
export function azurePlatform(size: string): string {
  return /^Standard_[A-Z]+\d+(-\d+)?[a-z]*p/.test(size) ? "linux/arm64" : "linux/amd64";
}

/** Settings of a VM on Azure. */
export type AzureSettings = z.infer<typeof azureMachine>;

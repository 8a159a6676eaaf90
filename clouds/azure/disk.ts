import { Disk } from "@pulumi/azure-native/compute";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import type * as pulumi from "@pulumi/pulumi";
import { cloudName, type FoundDisk, Refusal, type StageId } from "slipway/cloud";
import { unlessMissing, withNames } from "./missing";
import type { AzureSettings } from "./settings";

/** What a stage's resources are called on Azure: with an ending, 63 characters at most in a DNS label. */
export function calledIn(stage: StageId): string {
  return cloudName(stage, 50);
}

/** Inputs of {@link dataDisk}. */
export interface DataDiskArgs {
  settings: AzureSettings;
  found?: FoundDisk;
  called: string;
  tags: Record<string, string>;
}

/**
 * What its owner may have set on a disk or a group that was there before, its kind among it, and what Azure sets by a disk's kind and size.
 */
const ownersBusiness = [
  "burstingEnabled",
  "completionPercent",
  "dataAccessAuthMode",
  "diskIOPSReadOnly",
  "diskIOPSReadWrite",
  "diskMBpsReadOnly",
  "diskMBpsReadWrite",
  "hyperVGeneration",
  "managedBy",
  "maxShares",
  "optimizedForFrequentAttach",
  "osType",
  "securityProfile",
  "sku",
  "supportedCapabilities",
  "supportsHibernation",
  "tags",
  "tier",
  "zones",
];

/**
 * The disk for a VM's data, which nothing deletes; one that is there already is taken over. It lies in a resource group of its own,
 * because Azure deletes a group with all that is in it.
 *
 * @returns its resource id
 * @throws Refusal where the one that is there is in another location
 */
export function dataDisk(
  name: string,
  { settings: { location, disk }, found, called, tags }: DataDiskArgs,
  own: pulumi.CustomResourceOptions,
): pulumi.Input<string> {
  if (disk.existing) {
    return disk.existing;
  }
  checkLocation(location, found, diskName(called));
  const takes = (id: string | undefined) => (id ? { import: id, ignoreChanges: ownersBusiness } : {});
  const kept = { ...own, retainOnDelete: true };
  const group = new ResourceGroup(
    `${name}-data-group`,
    { resourceGroupName: diskName(called), location, tags },
    { ...kept, ...takes(found?.id.split("/providers/")[0]) },
  );
  return new Disk(
    `${name}-data`,
    {
      resourceGroupName: group.name,
      location,
      diskName: diskName(called),
      creationData: { createOption: "Empty" },
      diskSizeGB: Math.max(disk.size, found?.size ?? 0),
      sku: { name: disk.type },
      encryption: { type: "EncryptionAtRestWithPlatformKey" },
      networkAccessPolicy: "DenyAll",
      publicNetworkAccess: "Disabled",
      tags,
    },
    { ...kept, ...takes(found?.id) },
  ).id;
}

/**
 * The stage's data disk where it is there already: the one it has, or one that it left when it was destroyed.
 *
 * @throws Refusal where Azure does not know the subscription; Error where nobody may ask, as the provider says it
 */
export async function findDisk(stage: StageId): Promise<FoundDisk | undefined> {
  // The one file: the module's index would load them all.
  const { getDisk } = await import("@pulumi/azure-native/compute/getDisk.js");
  const name = diskName(calledIn(stage));
  const found = await getDisk({ resourceGroupName: name, diskName: name }).catch(unlessMissing(`the disk ${name}`));
  return (
    found && {
      id: withNames(found.id, name, name),
      size: found.diskSizeGB ?? 0,
      location: plainLocation(found.location),
    }
  );
}

/** To make another disk in the place of this one would mean to begin without data. */
function checkLocation(location: string, found: FoundDisk | undefined, name: string): void {
  if (found?.location === undefined || found.location === location) return;
  throw new Refusal(
    `slipway:machine.location is ${location}, and the stage's data disk ${name} is in ${found.location}, out of which Azure moves none: set slipway:machine.location to ${found.location}, or name a copy of the disk in ${location} as slipway:machine.disk.existing.`,
  );
}

/** `westeurope`, which Azure also writes as `West Europe`. */
function plainLocation(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

/** What both the disk and its group are called. */
function diskName(called: string): string {
  return `${called}-data`;
}

import { Disk } from "@pulumi/azure-native/compute";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureSettings } from "../../../settings/azure";

/**
 * The disk for a VM's data, which nothing deletes: it lies in a resource group of its own, because Azure deletes a group with all that is
 * in it.
 *
 * @returns its resource id
 */
export function dataDisk(
  name: string,
  { location, disk }: AzureSettings,
  called: string,
  tags: Record<string, string>,
  own: pulumi.CustomResourceOptions,
): pulumi.Input<string> {
  if (disk.existing) {
    return disk.existing;
  }
  const kept = { ...own, retainOnDelete: true };
  const group = new ResourceGroup(`${name}-data-group`, { resourceGroupName: `${called}-data`, location, tags }, kept);
  return new Disk(
    `${name}-data`,
    {
      resourceGroupName: group.name,
      location,
      diskName: `${called}-data`,
      creationData: { createOption: "Empty" },
      diskSizeGB: disk.size,
      sku: { name: disk.type },
      encryption: { type: "EncryptionAtRestWithPlatformKey" },
      networkAccessPolicy: "DenyAll",
      publicNetworkAccess: "Disabled",
      tags,
    },
    kept,
  ).id;
}

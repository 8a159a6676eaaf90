import { Disk } from "@pulumi/gcp/compute";
import type * as pulumi from "@pulumi/pulumi";
import { cloudName, type FoundDisk, type StageId } from "slipway/cloud";
import { unlessMissing } from "./missing";
import type { GceSettings } from "./settings";

/** What a stage's resources are called on Google Cloud: with an ending, 63 characters at most. */
export function calledIn(stage: StageId): string {
  return cloudName(stage, 55);
}

/** Inputs of {@link dataDisk}. */
export interface DataDiskArgs {
  settings: GceSettings;
  found?: FoundDisk;
  called: string;
  labels: Record<string, string>;
}

/**
 * What its owner may have set on a disk that was there before, a schedule of snapshots among them, and its kind, which Google changes on no
 * disk: another kind would mean another, empty disk.
 */
const ownersBusiness = [
  "description",
  "effectiveLabels",
  "labels",
  "pulumiLabels",
  "resourcePolicies",
  "snapshot",
  "terraformLabels",
  "type",
];

/**
 * The disk for a VM's data, which nothing deletes; one that is there already is taken over.
 *
 * @returns its id, as a VM takes it
 */
export function dataDisk(
  name: string,
  { settings: { project, zone, disk }, found, called, labels }: DataDiskArgs,
  own: pulumi.CustomResourceOptions,
): pulumi.Input<string> {
  if (disk.existing) {
    return `projects/${project}/zones/${zone}/disks/${disk.existing}`;
  }
  const size = Math.max(disk.size, found?.size ?? 0);
  return new Disk(
    `${name}-data`,
    { project, zone, name: diskName(called), size, type: disk.type, labels },
    { ...own, retainOnDelete: true, ...(found ? { import: found.id, ignoreChanges: ownersBusiness } : {}) },
  ).id;
}

/**
 * The stage's data disk where it is there already: the one it has, or one that it left when it was destroyed.
 *
 * @throws Refusal where Google does not know the project or the zone; Error where nobody may ask, as the provider says it
 */
export async function findDisk(settings: GceSettings, stage: StageId): Promise<FoundDisk | undefined> {
  // The one file: the module's index would load them all.
  const { getDisk } = await import("@pulumi/gcp/compute/getDisk.js");
  const { project, zone } = settings;
  const name = diskName(calledIn(stage));
  const found = await getDisk({ project, zone, name }).catch(unlessMissing("disks", name, settings));
  return found && { id: `projects/${project}/zones/${zone}/disks/${name}`, size: found.size };
}

function diskName(called: string): string {
  return `${called}-data`;
}

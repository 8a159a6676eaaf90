import type { StageId, VmStatus } from "slipway/cloud";
import { calledIn } from "./disk";
import { unlessMissing } from "./missing";
import type { GceSettings } from "./settings";

/**
 * Asks Google Cloud how a stage's VM is.
 *
 * @throws Refusal where Google does not know the project or the zone; Error where nobody may ask, as the provider says it
 * @see https://cloud.google.com/compute/docs/instances/instance-lifecycle
 */
export async function statusOf(settings: GceSettings, stage: StageId): Promise<VmStatus> {
  // The one file: the module's index would load them all.
  const { getInstance } = await import("@pulumi/gcp/compute/getInstance.js");
  const { project, zone } = settings;
  const name = calledIn(stage);
  const found = await getInstance({ project, zone, name }).catch(unlessMissing("instances", name, settings));
  if (!found) return "gone";
  return /^(STOPPING|STOPPED|SUSPENDING|SUSPENDED|TERMINATED)$/.test(found.currentStatus) ? "stopped" : "there";
}

/** The command that starts a VM that is stopped. */
export function startCommand({ project, zone }: GceSettings, stage: StageId): string {
  return `gcloud compute instances start ${calledIn(stage)} --project=${project} --zone=${zone}`;
}

import type { StageId, VmStatus } from "slipway/cloud";
import { calledIn } from "./disk";
import { unlessMissing } from "./missing";

/**
 * Asks Azure how a stage's VM is.
 *
 * @throws Refusal where Azure does not know the subscription; Error where nobody may ask, as the provider says it
 * @see https://learn.microsoft.com/azure/virtual-machines/states-billing
 */
export async function statusOf(stage: StageId): Promise<VmStatus> {
  // The one file: the module's index would load them all.
  const { getVirtualMachine } = await import("@pulumi/azure-native/compute/getVirtualMachine.js");
  const called = calledIn(stage);
  const asked = { resourceGroupName: called, vmName: called, expand: "instanceView" };
  const found = await getVirtualMachine(asked).catch(unlessMissing(`the VM ${called}`));
  if (!found) return "gone";
  const statuses = found.instanceView?.statuses ?? [];
  return statuses.some(({ code }) => /^PowerState\/(stopp|dealloc)/.test(code ?? "")) ? "stopped" : "there";
}

/** The command that starts a VM that is stopped. */
export function startCommand(stage: StageId): string {
  const called = calledIn(stage);
  return `az vm start --resource-group ${called} --name ${called}`;
}

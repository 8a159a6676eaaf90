import type { MachineSettingsOf } from "slipway/cloud";

/** Settings of a VM on Azure. */
export type AzureSettings = MachineSettingsOf<"azure">;

import type { MachineSettingsOf } from "slipway/cloud";

/** Settings of a VM on Google Compute Engine. */
export type GceSettings = MachineSettingsOf<"gce">;

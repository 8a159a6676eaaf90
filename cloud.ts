/**
 * What a cloud's package is made with: what it has to be able to do, and what of Slipway it builds on.
 */
export { generationOf } from "./components/machine/generation";
export { MachineKeys } from "./components/machine/keys";
export { stepCommand } from "./components/step";
export type { StageId } from "./docker/labels";
export { refusalBy } from "./errors/missingPackage";
export { quoted, Refusal } from "./errors/refusal";
export { another, forgetting } from "./machine/vm/assess";
export { cloudConfig } from "./machine/vm/bootstrap";
export type { VmArgs, Vms } from "./machine/vm/cloud";
export { cloudName } from "./machine/vm/names";
export { startupScript } from "./machine/vm/startup";
export type { VmStatus } from "./machine/vm/status";
export { openPorts, type FoundDisk, type Openings, type Vm, type VmComponent } from "./machine/vm/vm";
export type { CloudRegistries, HostedRegistryArgs, Readers } from "./registry/cloud";
export type { KeyVaultSecret, SecretManagerSecret } from "./settings/cloudSecret";
export type { MachineSettingsOf } from "./settings/machine";
export type { AcrSettings } from "./settings/registries";
export type { ArtifactRegistryPlan } from "./settings/registry";
export type { CloudflareTunnelArgs, Credentials, Tunnels } from "./tunnel/cloud";

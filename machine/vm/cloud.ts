import type * as pulumi from "@pulumi/pulumi";
import type { StageId } from "../../docker/labels";
import { cloudPackage } from "../../errors/missingPackage";
import type { HostedSettings } from "../../settings/registry";
import type { VmSettings } from "../../settings/vm";
import type { VmStatus } from "./status";
import type { FoundDisk, VmComponent } from "./vm";

/** Inputs of the component that declares a VM. */
export interface VmArgs<Settings> {
  /** The stage that declares it. */
  stage: StageId;
  settings: Settings;
  /** Ports on which the stage's HTTP services are published for everybody. */
  ports: number[];
  /** The data disk where it is there already. */
  found?: FoundDisk;
  /** When the VM was found to be gone. */
  gone?: string;
}

/** What a cloud's package does about VMs: what its module `vms` exports under that name. */
export interface Vms<Settings> {
  /** The kind of registry that knows a VM as what it is to the cloud. */
  registry: HostedSettings["kind"];
  /** What a stage's VM is called there. */
  called(stage: StageId): string;
  /**
   * The data disk of a stage where it is there already.
   *
   * @throws Refusal saying that the cloud does not tell, and what to do
   */
  findDisk(settings: Settings, stage: StageId): Promise<FoundDisk | undefined>;
  /** The same of its VM. */
  status(settings: Settings, stage: StageId): Promise<VmStatus>;
  /** The command that starts a VM that is stopped. */
  start(settings: Settings, stage: StageId): string;
  /** What becomes of one that is gone, and what comes first, to end a sentence with. */
  gone(stage: StageId): string;
  declare(name: string, args: VmArgs<Settings>, opts: pulumi.ComponentResourceOptions): VmComponent;
}

/**
 * What a cloud's package does about VMs: a stage without one loads no cloud's package.
 *
 * @param cloud the package's name
 * @throws Refusal saying that the package is missing
 */
export function vmsIn(cloud: string): Vms<VmSettings> {
  return cloudPackage<{ vms: Vms<VmSettings> }>(cloud, "vms").vms;
}

import type * as pulumi from "@pulumi/pulumi";
import type { AzureSettings } from "../../settings/azure";
import type { GceSettings } from "../../settings/gce";
import { cloudPackage } from "../../errors/missingPackage";
import type { StageId } from "../../docker/labels";
import type { HostedSettings } from "../../settings/registry";
import { quoted, Refusal } from "../../errors/refusal";
import { another, forgetting, type Ways } from "./assess";
import type { VmStatus } from "./status";
import type { FoundDisk, VmComponent } from "./vm";

/** Settings of a VM that a stage declares. */
export type VmSettings = GceSettings | AzureSettings;

/** What is known of a VM before it is declared. */
export interface VmArgs {
  /** Ports on which the stage's HTTP services are published for everybody. */
  ports: number[];
  /** The data disk where it is there already. */
  found?: FoundDisk;
  /** When the VM was found to be gone. */
  gone?: string;
}

/** What a stage asks of a cloud for its VM. */
export interface Cloud extends Ways {
  /** What the VM is called there. */
  called: string;
  /** The kind of registry that knows the VM as what it is to the cloud. */
  registry: HostedSettings["kind"];
  /** The data disk where it is there already. */
  findDisk(): Promise<FoundDisk | undefined>;
  status(): Promise<VmStatus>;
  declare(name: string, args: VmArgs, opts: pulumi.ComponentResourceOptions): VmComponent;
}

/**
 * Loads what a cloud's VMs need: a stage without one loads no cloud's package.
 *
 * @throws Refusal saying which package is missing; asking throws one that says how to log in
 */
export function cloudFor(settings: VmSettings, stage: StageId): Promise<Cloud> {
  return cloudPackage("@pulumi/tls", () =>
    settings.kind === "gce" ? google(settings, stage) : azure(settings, stage),
  );
}

async function google(settings: GceSettings, stage: StageId): Promise<Cloud> {
  const { disk, machine, status } = await cloudPackage("@pulumi/gcp", async () => ({
    disk: await import("../../components/machine/gce/disk.js"),
    machine: await import("../../components/machine/gce/machine.js"),
    status: await import("../../components/machine/gce/status.js"),
  }));
  const refused = refuse("Google Cloud", "gcloud auth application-default login", "roles/compute.viewer at least");
  return {
    called: disk.calledIn(stage),
    registry: "artifact-registry",
    findDisk: () => disk.findDisk(settings, stage).catch(refused),
    status: () => status.statusOf(settings, stage).catch(refused),
    start: status.startCommand(settings, stage),
    // Google's provider cannot delete what is gone, unlike Azure's, so the engine must not ask for it.
    gone: `take it out of Pulumi's state with ${forgetting("GceMachine", stage.stage)}, unless you have done so already; then ${another}`,
    declare: (name, args, opts) => new machine.GceMachine(name, { stage, settings, ...args }, opts),
  };
}

async function azure(settings: AzureSettings, stage: StageId): Promise<Cloud> {
  const { disk, machine, status } = await cloudPackage("@pulumi/azure-native", async () => ({
    disk: await import("../../components/machine/azure/disk.js"),
    machine: await import("../../components/machine/azure/machine.js"),
    status: await import("../../components/machine/azure/status.js"),
  }));
  const refused = refuse("Azure", "az login", "the role Reader at least");
  return {
    called: disk.calledIn(stage),
    registry: "acr",
    findDisk: () => disk.findDisk(stage).catch(refused),
    status: () => status.statusOf(stage).catch(refused),
    start: status.startCommand(stage),
    gone: `${another}. Where its whole resource group is gone, ${forgetting("AzureMachine", stage.stage)} comes first, and the address is another`,
    declare: (name, args, opts) => new machine.AzureMachine(name, { stage, settings, ...args }, opts),
  };
}

function refuse(cloud: string, command: string, role: string) {
  return (error: Error): never => {
    if (error instanceof Refusal) throw error;
    const said = quoted(error.message);
    throw new Refusal(
      `slipway:machine is one of ${cloud}, which does not tell what is there: log in with ${command}, as somebody who has ${role} (it says: ${said}).`,
    );
  };
}

import { VirtualMachine } from "@pulumi/azure-native/compute";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls";
import {
  cloudConfig,
  type FoundDisk,
  generationOf,
  MachineKeys,
  type StageId,
  startupScript,
  type Vm,
} from "slipway/cloud";
import { calledIn, dataDisk } from "./disk";
import { AzureNetwork } from "./network";
import type { AzureSettings } from "./settings";

/** Inputs of {@link AzureMachine}. */
export interface AzureMachineArgs {
  /** The stage that declares it. */
  stage: StageId;
  settings: AzureSettings;
  /** Ports of the machine on which the stage's HTTP services are published, which are open unless there is a tunnel. */
  ports?: number[];
  /** The stage's data disk where it is there already, as `findDisk` finds it. */
  found?: FoundDisk;
  /** When the VM of the last update was found to be gone, so that another is to be made; undefined: it was not. */
  gone?: string;
}

/**
 * A VM on Azure with a network of its own, an address that stays, and a disk for all its data that outlives both the VM and the
 * stage. Where it is replaced (another image, other keys) the old VM goes first, as one disk is on one VM.
 */
export class AzureMachine extends pulumi.ComponentResource implements Vm {
  readonly address: pulumi.Output<string>;
  readonly user: string;
  readonly hostKey: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
  readonly made: pulumi.Output<string>;
  readonly reader: pulumi.Output<string>;
  /** The name of its address, as Azure gives it. */
  readonly domainName: pulumi.Output<string>;
  /** The managed identity that the VM acts as, which stays when it is replaced. */
  readonly identity: UserAssignedIdentity;
  /** The name of the resource group with all of it but the data disk. */
  readonly resourceGroup: pulumi.Output<string>;

  constructor(name: string, args: AzureMachineArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:machine:AzureMachine", name, {}, opts);
    const { stage, settings, ports = [], found, gone } = args;
    const { location, user } = settings;
    const called = calledIn(stage);
    const tags = { slipway: called };
    const own = { parent: this };
    const keys = new MachineKeys(`${name}-keys`, PrivateKey, own);
    const group = new ResourceGroup(`${name}-group`, { resourceGroupName: called, location, tags }, own);
    const resourceGroupName = group.name;
    const network = new AzureNetwork(
      `${name}-network`,
      { ...settings, called, resourceGroupName, tags, published: ports },
      own,
    );
    this.identity = new UserAssignedIdentity(
      `${name}-identity`,
      { resourceGroupName, location, resourceName: called, tags },
      own,
    );
    const vm = new VirtualMachine(
      `${name}-vm`,
      {
        resourceGroupName,
        location,
        vmName: called,
        hardwareProfile: { vmSize: settings.size },
        identity: { type: "UserAssigned", userAssignedIdentities: [this.identity.id] },
        networkProfile: {
          networkInterfaces: [{ id: network.networkInterface, primary: true, deleteOption: "Detach" }],
        },
        storageProfile: {
          imageReference: imageReference(settings.image),
          osDisk: {
            createOption: "FromImage",
            deleteOption: "Delete",
            caching: "ReadWrite",
            managedDisk: { storageAccountType: "StandardSSD_LRS" },
          },
          dataDisks: [
            {
              lun: 0,
              createOption: "Attach",
              deleteOption: "Detach",
              // A database wants to know that what it wrote is on the disk.
              caching: "None",
              managedDisk: { id: dataDisk(name, { settings, found, called, tags }, own) },
            },
          ],
        },
        securityProfile: {
          securityType: "TrustedLaunch",
          uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
        },
        osProfile: {
          computerName: called,
          adminUsername: user,
          customData: base64(keys.hostPrivate.apply(cloudConfig)),
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: { publicKeys: [{ path: `/home/${user}/.ssh/authorized_keys`, keyData: keys.loginPublic }] },
            // The start-up script sees to the updates, the same way everywhere.
            patchSettings: { patchMode: "ImageDefault", assessmentMode: "ImageDefault" },
          },
        },
        userData: base64(startup(settings, keys)),
        diagnosticsProfile: { bootDiagnostics: { enabled: true } },
        tags,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        // Azure changes none of these on a VM that is there.
        replaceOnChanges: [
          "osProfile.adminUsername",
          "osProfile.customData",
          "osProfile.linuxConfiguration.ssh",
          "storageProfile.imageReference",
        ],
        replacementTrigger: generationOf(name, gone, own),
      },
    );
    this.address = network.address;
    this.domainName = network.domainName;
    this.user = user;
    this.hostKey = keys.hostPublic;
    this.privateKey = keys.loginPrivate;
    this.resourceGroup = resourceGroupName;
    this.reader = this.identity.principalId;
    // Another size stops it and starts it again.
    this.made = pulumi.interpolate`${vm.vmId} ${settings.size}`;
    this.registerOutputs({ address: this.address, domainName: this.domainName, user, hostKey: this.hostKey });
  }
}

/** Without the host key, which custom data holds: whoever may look at the VM in Azure can read its user data. */
function startup({ user, updates }: AzureSettings, keys: MachineKeys): pulumi.Output<string> {
  return keys.loginPublic.apply((authorizedKey) =>
    startupScript({
      user,
      authorizedKey,
      // By lun, as the agent of older images and as that of newer ones names it.
      disks: ["/dev/disk/azure/scsi1/lun0", "/dev/disk/azure/data/by-lun/0"],
      // The metadata service, and the host's own, which gives out custom data; on another port of it DNS, which containers need.
      closed: ["169.254.169.254:80", "168.63.129.16:80", "168.63.129.16:32526"],
      updates,
    }),
  );
}

function imageReference(image: string) {
  const [publisher, offer, sku, version] = image.split(":");
  return { publisher, offer, sku, version };
}

function base64(text: pulumi.Output<string>): pulumi.Output<string> {
  return text.apply((value) => Buffer.from(value).toString("base64"));
}

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AzureMachine, type AzureMachineArgs } from "../../clouds/azure/machine";
import { statusOf } from "../../clouds/azure/status";
import { findDisk } from "../../clouds/azure/disk";
import { Refusal } from "../../errors/refusal";
import { azureMachine, type AzureSettings } from "../../settings/azure";
import { cloudConfig } from "../../machine/vm/bootstrap";
import { startupScript } from "../../machine/vm/startup";
import { declare, hidden, the, type Declared, type Inputs } from "../components/engine";
import { having, inputsIn, keys, providerError, stage } from "./know";

const settings = (more: object = {}): AzureSettings =>
  azureMachine.parse({ kind: "azure", location: "israelcentral", sshFrom: ["203.0.113.0/24"], ...more });

const known = {
  ...keys,
  "azure-native:resources:ResourceGroup": (_: string, inputs: Inputs) => ({ name: inputs["resourceGroupName"] }),
  "azure-native:network:VirtualNetwork": (_: string, inputs: Inputs) => ({ name: inputs["virtualNetworkName"] }),
  "azure-native:network:PublicIPAddress": (_: string, { dnsSettings }: Inputs) => ({
    ipAddress: "203.0.113.20",
    dnsSettings: { ...dnsSettings, fqdn: `${dnsSettings.domainNameLabel}.israelcentral.cloudapp.azure.com` },
  }),
  "azure-native:managedidentity:UserAssignedIdentity": () => ({ principalId: "principal" }),
};

async function run(more: object = {}, args: Partial<AzureMachineArgs> = {}) {
  const program = () => {
    const machine = new AzureMachine("app", { stage, settings: settings(more), ...args }, {});
    const { address, user, hostKey, privateKey, domainName, resourceGroup } = machine;
    return { address, user, hostKey, privateKey, domainName, resourceGroup };
  };
  return declare(stage, program, undefined, known);
}

const tags = { slipway: "shop-staging" };
const place = { resourceGroupName: "shop-staging", location: "israelcentral" };

const rule = (name: string, priority: number, ports: string[], from: string[]) => ({
  name,
  priority,
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  sourceAddressPrefixes: from,
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
  destinationPortRanges: ports,
});

const decoded = (text: string): string => Buffer.from(text, "base64").toString();

describe("a machine on Azure", () => {
  let resources: Declared[];
  let vm: Declared;

  before(async () => {
    ({ resources } = await run());
    vm = the(resources, "azure-native:compute:VirtualMachine");
  });

  it("is made of exactly these resources, with these inputs", () => {
    assert.deepEqual(inputsIn(resources, "azure-native"), {
      "app-group": [
        "azure-native:resources:ResourceGroup",
        { resourceGroupName: "shop-staging", location: "israelcentral", tags },
      ],
      "app-network-rules": [
        "azure-native:network:NetworkSecurityGroup",
        {
          ...place,
          networkSecurityGroupName: "shop-staging",
          securityRules: [
            rule("ssh", 100, ["22"], ["203.0.113.0/24"]),
            rule("http", 110, ["80", "443"], ["0.0.0.0/0"]),
          ],
          tags,
        },
      ],
      "app-network-network": [
        "azure-native:network:VirtualNetwork",
        {
          ...place,
          virtualNetworkName: "shop-staging",
          addressSpace: { addressPrefixes: ["10.80.0.0/24"] },
          // The package itself adds these two.
          enableDdosProtection: false,
          enableVmProtection: false,
          tags,
        },
      ],
      "app-network-subnet": [
        "azure-native:network:Subnet",
        {
          resourceGroupName: "shop-staging",
          virtualNetworkName: "shop-staging",
          subnetName: "machines",
          addressPrefix: "10.80.0.0/24",
          networkSecurityGroup: { id: "app-network-rules-id" },
          // The package itself adds these two.
          privateEndpointNetworkPolicies: "Disabled",
          privateLinkServiceNetworkPolicies: "Enabled",
        },
      ],
      "app-network-address": [
        "azure-native:network:PublicIPAddress",
        {
          ...place,
          publicIpAddressName: "shop-staging",
          sku: { name: "Standard" },
          publicIPAddressVersion: "IPv4",
          publicIPAllocationMethod: "Static",
          dnsSettings: { domainNameLabel: "shop-staging-4ca6ff79" },
          tags,
        },
      ],
      "app-network-interface": [
        "azure-native:network:NetworkInterface",
        {
          ...place,
          networkInterfaceName: "shop-staging",
          ipConfigurations: [
            {
              name: "public",
              subnet: { id: "app-network-subnet-id" },
              publicIPAddress: { id: "app-network-address-id" },
              privateIPAllocationMethod: "Dynamic",
            },
          ],
          tags,
        },
      ],
      "app-identity": [
        "azure-native:managedidentity:UserAssignedIdentity",
        { ...place, resourceName: "shop-staging", tags },
      ],
      "app-data-group": [
        "azure-native:resources:ResourceGroup",
        { resourceGroupName: "shop-staging-data", location: "israelcentral", tags },
      ],
      "app-data": [
        "azure-native:compute:Disk",
        {
          resourceGroupName: "shop-staging-data",
          location: "israelcentral",
          diskName: "shop-staging-data",
          creationData: { createOption: "Empty" },
          diskSizeGB: 64,
          sku: { name: "StandardSSD_LRS" },
          encryption: { type: "EncryptionAtRestWithPlatformKey" },
          networkAccessPolicy: "DenyAll",
          publicNetworkAccess: "Disabled",
          tags,
        },
      ],
      "app-vm": [
        "azure-native:compute:VirtualMachine",
        {
          ...place,
          vmName: "shop-staging",
          hardwareProfile: { vmSize: "Standard_B2s_v2" },
          identity: { type: "UserAssigned", userAssignedIdentities: ["app-identity-id"] },
          networkProfile: {
            networkInterfaces: [{ id: "app-network-interface-id", primary: true, deleteOption: "Detach" }],
          },
          storageProfile: {
            imageReference: { publisher: "Debian", offer: "debian-12", sku: "12-gen2", version: "latest" },
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
                caching: "None",
                managedDisk: { id: "app-data-id" },
              },
            ],
          },
          securityProfile: {
            securityType: "TrustedLaunch",
            uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
          },
          osProfile: {
            computerName: "shop-staging",
            adminUsername: "slipway",
            customData: hidden,
            linuxConfiguration: {
              disablePasswordAuthentication: true,
              ssh: {
                publicKeys: [
                  { path: "/home/slipway/.ssh/authorized_keys", keyData: "ssh-ed25519 AAAA-app-keys-login" },
                ],
              },
              patchSettings: { patchMode: "ImageDefault", assessmentMode: "ImageDefault" },
            },
          },
          userData: vm.inputs["userData"],
          diagnosticsProfile: { bootDiagnostics: { enabled: true } },
          tags,
        },
      ],
    });
  });

  it("has its host key in its custom data, which Azure shows nobody", () => {
    assert.equal(decoded(vm.inputs["osProfile"]["customData"]), cloudConfig("private app-keys-host"));
  });

  it("has its start-up script in its user data, without a secret", () => {
    assert.equal(
      decoded(vm.exposed["userData"]),
      startupScript({
        user: "slipway",
        authorizedKey: "ssh-ed25519 AAAA-app-keys-login",
        disks: ["/dev/disk/azure/scsi1/lun0", "/dev/disk/azure/data/by-lun/0"],
        closed: ["169.254.169.254:80", "168.63.129.16:80", "168.63.129.16:32526"],
        updates: { install: "security" },
      }),
    );
    assert.ok(!decoded(vm.exposed["userData"]).includes("private"));
  });

  it("keeps its data disk, and the group that it lies in, when the stage is destroyed", () => {
    assert.deepEqual(
      having(resources, ({ retainOnDelete }) => retainOnDelete),
      ["app-data", "app-data-group"],
    );
    assert.deepEqual(
      having(resources, ({ protect }) => protect),
      [],
    );
  });

  it("gives up the old machine before it makes another, as one disk is on one machine", () => {
    assert.deepEqual(
      having(resources, ({ deleteBeforeReplace }) => deleteBeforeReplace),
      [
        "app-network-address",
        "app-network-interface",
        "app-network-network",
        "app-network-rules",
        "app-network-subnet",
        "app-vm",
      ],
    );
  });

  it("is replaced for other keys or another image, and not for another start-up script", () => {
    assert.deepEqual(vm.replaceOnChanges, [
      "osProfile.adminUsername",
      "osProfile.customData",
      "osProfile.linuxConfiguration.ssh",
      "storageProfile.imageReference",
    ]);
    assert.deepEqual(vm.ignoreChanges, []);
  });

  it("is replaced where it was found to be gone", async () => {
    const { resources } = await run({}, { gone: "2026-11-21T12:00:00.000Z" });
    assert.notEqual(the(resources, "azure-native:compute:VirtualMachine").replacementTrigger, vm.replacementTrigger);
  });

  it("is the parent of all of it", () => {
    const urns = new Set(resources.map(({ urn }) => urn));
    const orphans = resources.filter(({ parent }) => !urns.has(parent)).map(({ type }) => type);
    assert.deepEqual(orphans, ["slipway:machine:AzureMachine"]);
  });

  it("tells how it is reached", async () => {
    const { result } = await run({ dnsLabel: "ala-app" });
    assert.deepEqual(result, {
      address: "203.0.113.20",
      user: "slipway",
      hostKey: "ssh-ed25519 AAAA-app-keys-host",
      privateKey: "private app-keys-login\n",
      domainName: "ala-app.israelcentral.cloudapp.azure.com",
      resourceGroup: "shop-staging",
    });
  });

  it("opens the ports of all stages that run on it, each once", async () => {
    const { resources } = await run({ ports: [8080, 443] }, { ports: [9090, 8080] });
    const { securityRules } = the(resources, "azure-native:network:NetworkSecurityGroup").inputs;
    assert.deepEqual(securityRules[1], rule("http", 110, ["80", "443", "8080", "9090"], ["0.0.0.0/0"]));
  });

  it("opens no port for HTTP behind a tunnel", async () => {
    const { resources } = await run({ tunnel: true }, { ports: [9090] });
    const { securityRules } = the(resources, "azure-native:network:NetworkSecurityGroup").inputs;
    assert.deepEqual(securityRules, [rule("ssh", 100, ["22"], ["203.0.113.0/24"])]);
  });

  it("opens the ports that its settings name behind a tunnel as well", async () => {
    const { resources } = await run({ tunnel: true, ports: [8080] }, { ports: [9090] });
    const { securityRules } = the(resources, "azure-native:network:NetworkSecurityGroup").inputs;
    assert.deepEqual(securityRules[1], rule("http", 110, ["8080"], ["0.0.0.0/0"]));
  });

  it("takes its data disk over where it is there already, as big as it has become, and the group that it lies in", async () => {
    const group = "/subscriptions/s1/resourceGroups/shop-staging-data";
    const id = `${group}/providers/Microsoft.Compute/disks/shop-staging-data`;
    const { resources } = await run({}, { found: { id, size: 128, location: "israelcentral" } });
    const disk = the(resources, "azure-native:compute:Disk");
    assert.deepEqual([disk.imports, disk.inputs["diskSizeGB"], disk.retainOnDelete], [id, 128, true]);
    const taken = the(resources, "azure-native:resources:ResourceGroup", "-data-group");
    assert.deepEqual([taken.imports, taken.retainOnDelete], [group, true]);
    assert.ok(disk.ignoreChanges.includes("sku"));
    for (const { ignoreChanges } of [disk, taken]) {
      assert.ok(ignoreChanges.includes("tags") && !ignoreChanges.includes("diskSizeGB"));
    }
    assert.equal((await run()).resources.filter(({ imports }) => imports).length, 0);
  });

  it("does not give its data disk up for another location", async () => {
    const id = "/subscriptions/s1/resourceGroups/shop-staging-data/providers/Microsoft.Compute/disks/shop-staging-data";
    await assert.rejects(
      run({}, { found: { id, size: 128, location: "westeurope" } }),
      /slipway:machine\.location is israelcentral, and the stage's data disk shop-staging-data is in westeurope, out of which Azure moves none: set slipway:machine\.location to westeurope, or name a copy of the disk in israelcentral as slipway:machine\.disk\.existing\./,
    );
  });

  it("attaches another disk that is there already, and declares none", async () => {
    const existing = "/subscriptions/s1/resourceGroups/old/providers/Microsoft.Compute/disks/old";
    const { resources } = await run({ disk: { existing } });
    assert.deepEqual(
      having(resources, ({ name }) => name.startsWith("app-data")),
      [],
    );
    const { storageProfile } = the(resources, "azure-native:compute:VirtualMachine").inputs;
    assert.deepEqual(storageProfile.dataDisks[0].managedDisk, { id: existing });
  });
});

describe("how a VM on Azure is", () => {
  for (const [code, status] of [
    ["PowerState/running", "there"],
    ["PowerState/starting", "there"],
    ["PowerState/stopped", "stopped"],
    ["PowerState/deallocated", "stopped"],
  ] as const) {
    it(`${status}, where Azure says ${code}`, async () => {
      const { result } = await declare(
        stage,
        () => statusOf(stage),
        ({ token, inputs }) => {
          assert.equal(token, "azure-native:compute:getVirtualMachine");
          assert.deepEqual(inputs, {
            resourceGroupName: "shop-staging",
            vmName: "shop-staging",
            expand: "instanceView",
          });
          return { instanceView: { statuses: [{ code: "ProvisioningState/succeeded" }, { code }] } };
        },
      );
      assert.equal(result, status);
    });
  }

  it("gone, where Azure knows none of that name", async () => {
    const call = () => {
      throw providerError("Code=ResourceNotFound Message=The Resource was not found");
    };
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "shop", "staging");
    assert.equal(await statusOf(stage), "gone");
  });

  it("not gone, where Azure does not know the subscription", async () => {
    const call = () => {
      throw providerError(
        'Status=404 Code="SubscriptionNotFound" Message="The subscription \'s1\' could not be found."',
      );
    };
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "shop", "staging");
    await assert.rejects(
      statusOf(stage),
      new Refusal(
        `Azure does not know where the VM shop-staging would be: check the subscription, which az account show and azure-native:subscriptionId tell, and that az login is of its tenant (it says: Status=404 Code="SubscriptionNotFound" Message="The subscription 's1' could not be found.").`,
      ),
    );
  });
});

describe("a data disk on Azure", () => {
  const id = "/subscriptions/s1/resourceGroups/shop-staging-data/providers/Microsoft.Compute/disks/shop-staging-data";

  it("is found by its name and its group's, however Azure writes them", async () => {
    const asked: object[] = [];
    const { result } = await declare(
      stage,
      () => findDisk(stage),
      ({ token, inputs }) => {
        asked.push({ token, inputs });
        const told =
          "/subscriptions/s1/resourcegroups/SHOP-STAGING-DATA/providers/Microsoft.Compute/disks/Shop-staging-data";
        return { id: told, diskSizeGB: 128, location: "Israel Central" };
      },
    );
    const inputs = { diskName: "shop-staging-data", resourceGroupName: "shop-staging-data" };
    assert.deepEqual(asked, [{ token: "azure-native:compute:getDisk", inputs }]);
    assert.deepEqual(result, { id, size: 128, location: "israelcentral" });
  });

  const answers: [string, string, RegExp | undefined][] = [
    ["need not be there", "Code=ResourceNotFound Message=The Resource was not found", undefined],
    ["nor need its group", "Code=ResourceGroupNotFound Message=could not be found", undefined],
    ["nor whatever form the answer has", "RESPONSE 404: 404 Not Found\nERROR CODE: ResourceNotFound", undefined],
    ["nor the form of JSON", '{"error":{"code":"ResourceGroupNotFound","message":"…"}}', undefined],
    ["is not taken for missing where its subscription is", "Code=SubscriptionNotFound 404", /check the subscription/],
    ["is not taken for missing where something above it is", "404 Code=ParentResourceNotFound", /Parent.*NotFound/],
    ["is not taken for missing where nobody may ask", "Code=AuthorizationFailed", /AuthorizationFailed/],
  ];
  for (const [what, message, error] of answers) {
    it(what, async () => {
      const call = () => {
        throw providerError(message);
      };
      await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "shop", "staging");
      if (error) {
        await assert.rejects(findDisk(stage), error);
      } else {
        assert.equal(await findDisk(stage), undefined);
      }
    });
  }
});

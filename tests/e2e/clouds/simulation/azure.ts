import type { Cloud, Kind } from "./kind";
import type { Simulation } from "./simulation";
import type { Values } from "./store";
import { addressFor, boot, changeDisk, forget, isThere, makeDisk, removeDisk, turnOff } from "./vm";

const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";

const group = (name: unknown): string => `${subscription}/resourceGroups/${text(name)}`;

const within = (path: string, field: string) => (inputs: Values) =>
  `${group(inputs["resourceGroupName"])}/providers/${path}/${text(inputs[field])}`;

const named = (idOf: Kind["idOf"], field: string, adds: string[] = []): Kind => ({
  idOf,
  adds: ["name", ...adds],
  fixed: ["resourceGroupName", "location", field],
  create: async (inputs) => ({ name: text(inputs[field]) }),
});

const disk = named(within("Microsoft.Compute/disks", "diskName"), "diskName");
const vm = within("Microsoft.Compute/virtualMachines", "vmName");
const address = within("Microsoft.Network/publicIPAddresses", "publicIpAddressName");
const networkInterface = within("Microsoft.Network/networkInterfaces", "networkInterfaceName");
const identity = within("Microsoft.ManagedIdentity/userAssignedIdentities", "resourceName");

/** Azure, as far as a stage's VM needs it. */
export const azure: Cloud = {
  types: "@pulumi/azure-native",
  kinds: {
    "azure-native:resources:ResourceGroup": {
      ...named((inputs) => group(inputs["resourceGroupName"]), "resourceGroupName"),
      // With all that is in it.
      async remove({ id }, cloud) {
        for (const { id: other, token } of cloud.store.all()) {
          if (other.toLowerCase().startsWith(`${id.toLowerCase()}/`)) await cloud.remove(token, other);
        }
      },
    },
    "azure-native:network:NetworkSecurityGroup": named(
      within("Microsoft.Network/networkSecurityGroups", "networkSecurityGroupName"),
      "networkSecurityGroupName",
    ),
    "azure-native:network:VirtualNetwork": named(
      within("Microsoft.Network/virtualNetworks", "virtualNetworkName"),
      "virtualNetworkName",
    ),
    "azure-native:network:Subnet": {
      idOf: (inputs) =>
        `${within("Microsoft.Network/virtualNetworks", "virtualNetworkName")(inputs)}/subnets/${text(inputs["subnetName"])}`,
      adds: ["name"],
      fixed: ["resourceGroupName", "virtualNetworkName", "subnetName"],
      create: async (inputs) => ({ name: text(inputs["subnetName"]) }),
    },
    "azure-native:network:PublicIPAddress": {
      ...named(address, "publicIpAddressName", ["ipAddress", "dnsSettings"]),
      async create(inputs, cloud) {
        const { domainNameLabel = "" } = (inputs["dnsSettings"] ?? {}) as { domainNameLabel?: string };
        const fqdn = `${domainNameLabel}.${text(inputs["location"])}.cloudapp.azure.com`;
        return {
          name: text(inputs["publicIpAddressName"]),
          ipAddress: await addressFor(cloud.store),
          dnsSettings: { domainNameLabel, fqdn },
        };
      },
    },
    "azure-native:network:NetworkInterface": named(networkInterface, "networkInterfaceName"),
    "azure-native:managedidentity:UserAssignedIdentity": {
      ...named(identity, "resourceName", ["principalId", "clientId"]),
      create: async (inputs, cloud) => ({
        name: text(inputs["resourceName"]),
        principalId: `simulated-principal-${cloud.store.next()}`,
        clientId: `simulated-client-${cloud.store.next()}`,
      }),
    },
    "azure-native:compute:Disk": {
      ...disk,
      async create(inputs, cloud) {
        await makeDisk(cloud.store, disk.idOf(inputs), Number(inputs["diskSizeGB"]));
        return { name: text(inputs["diskName"]) };
      },
      async update(inputs, { id, inputs: before }, cloud) {
        if (Number(inputs["diskSizeGB"]) < Number(before["diskSizeGB"])) {
          throw new Error("A disk cannot be made smaller.");
        }
        await changeDisk(cloud.store, id, Number(inputs["diskSizeGB"]));
        return {};
      },
      remove: ({ id }, cloud) => removeDisk(cloud.store, id),
    },
    "azure-native:compute:VirtualMachine": {
      idOf: vm,
      adds: ["name", "vmId"],
      fixed: ["resourceGroupName", "location", "vmName"],
      async create(inputs, cloud) {
        // As cloud-init does: custom data at the first boot, and the scripts that it brings at each.
        await boot(cloud.store, vm(inputs), {
          address: await addressOf(inputs, cloud),
          disk: dataDiskOf(inputs),
          devices: ["/dev/disk/azure/scsi1/lun0"],
          files: dataOf(inputs),
        });
        return { name: text(inputs["vmName"]), vmId: `simulated-${cloud.store.next()}` };
      },
      update: async (inputs, { id }, cloud) => {
        await forget(cloud.store, id, dataOf(inputs));
        return {};
      },
      remove: ({ id, inputs }, cloud) => turnOff(cloud.store, id, dataDiskOf(inputs)),
      isThere: ({ id }, cloud) => isThere(cloud.store, id),
    },
  },
  calls: {
    "azure-native:compute:getDisk": (inputs, cloud) => look(disk.idOf(inputs), cloud),
    async "azure-native:compute:getVirtualMachine"(inputs, cloud) {
      const found = await look(vm(inputs), cloud);
      return { ...found, instanceView: { statuses: [{ code: "PowerState/running" }] } };
    },
  },
};

async function look(id: string, cloud: Simulation): Promise<Values> {
  const found = await cloud.find(id);
  if (!found) throw new Error(`Code="ResourceNotFound" Message="The Resource '${id}' was not found." (simulated)`);
  return { ...found.outputs, id: found.id };
}

/** By way of the interface that the VM has, and the address that this one has. */
async function addressOf(inputs: Values, cloud: Simulation): Promise<string> {
  const { networkInterfaces = [] } = inputs["networkProfile"] as { networkInterfaces?: { id?: string }[] };
  const { ipConfigurations = [] } = (await look(text(networkInterfaces[0]?.id), cloud)) as {
    ipConfigurations?: { publicIPAddress?: { id?: string } }[];
  };
  const { ipAddress } = await look(text(ipConfigurations[0]?.publicIPAddress?.id), cloud);
  return text(ipAddress);
}

function dataDiskOf(inputs: Values): string {
  const { dataDisks = [] } = inputs["storageProfile"] as { dataDisks?: { managedDisk?: { id?: string } }[] };
  return text(dataDisks[0]?.managedDisk?.id);
}

function dataOf(inputs: Values): Record<string, string> {
  const { customData } = inputs["osProfile"] as { customData?: string };
  return { "custom-data": text(customData), "user-data": text(inputs["userData"]) };
}

function text(value: unknown): string {
  if (typeof value !== "string" || value === "") throw new Error("The simulated cloud wants a name or an id here.");
  return value;
}

import { notKnown, records, text, within, type Declared } from "./declared";
import { removable } from "./kept";
import type { Rule } from "./rule";

/**
 * A disk in a cloud holds every volume of its stage, so it is encrypted, and stays when the VM goes. Google encrypts
 * every disk by itself (https://cloud.google.com/docs/security/encryption/default-encryption); on Azure it has to be
 * declared.
 */
export const cloudDisksEncryptedAndKept: Rule = {
  name: "cloud-disks-encrypted-and-kept",
  description: "Disks in a cloud are encrypted, and stay when their VM goes.",
  problems(resource) {
    const { type, name } = resource;
    if (azureVm.test(type)) return deletedWith(resource);
    if (!disk.test(type)) return [];
    const removal = removable(resource);
    return [
      ...(removal === undefined ? [] : [`${name} is a disk for data that is ${removal}.`]),
      ...(type.startsWith("azure-native:") ? unencrypted(resource) : []),
    ];
  },
};

const disk = /^(gcp:compute\/(region)?disk:(Region)?Disk|azure-native:compute(\/v\d+\w*)?:Disk)$/i;
const azureVm = /^azure-native:compute(\/v\d+\w*)?:VirtualMachine$/;

function unencrypted({ name, inputs }: Declared): string[] {
  const { type } = within(inputs["encryption"]);
  if (inputs["encryption"] === notKnown || type === notKnown || text(type)?.startsWith("EncryptionAtRestWith"))
    return [];
  return [
    `${name} is a disk that does not say how it is encrypted: write encryption: { type: "EncryptionAtRestWithPlatformKey" }, or one of the types with a customer's key.`,
  ];
}

/** The data disks that go with their VM (https://learn.microsoft.com/azure/virtual-machines/delete). */
function deletedWith({ name, inputs }: Declared): string[] {
  const disks = records(within(inputs["storageProfile"])["dataDisks"]);
  return disks
    .filter(({ deleteOption }) => deleteOption === "Delete")
    .map(
      ({ lun }) =>
        `${name} takes its data disk ${text(lun) ?? String(lun)} with it when it is deleted: write deleteOption: "Detach".`,
    );
}

import assert from "node:assert/strict";
import { cloudDisksEncryptedAndKept } from "../../policies/cloudDisksEncryptedAndKept";
import { declared, says, unknown } from "./declared";

const encrypted = { encryption: { type: "EncryptionAtRestWithPlatformKey" } };
const disk = (
  type: string,
  props: Record<string, unknown>,
  options: Parameters<typeof declared>[3] = { isKept: true },
) => says(cloudDisksEncryptedAndKept, declared(type, "data", props, options));
const vm = (dataDisks: unknown) =>
  says(
    cloudDisksEncryptedAndKept,
    declared("azure-native:compute:VirtualMachine", "vm", { storageProfile: { dataDisks } }),
  );

describe("the policy cloud-disks-encrypted-and-kept", () => {
  for (const type of [
    "gcp:compute/disk:Disk",
    "gcp:compute/regionDisk:RegionDisk",
    "azure-native:compute:Disk",
    "azure-native:compute/v20240302:Disk",
  ]) {
    it(`wants ${type} kept`, () => {
      assert.deepEqual(disk(type, encrypted), []);
      assert.deepEqual(disk(type, encrypted, {}), [], "of a stage's own the program knows");
      assert.match(
        disk(type, encrypted, { isKept: false })[0] ?? "",
        /^data is a disk for data that is declared without retainOnDelete/,
      );
      assert.match(disk(type, encrypted, { beside: true })[0] ?? "", /declared beside the stage/);
    });
  }

  it("wants a disk on Azure to say how it is encrypted", () => {
    for (const props of [{}, { encryption: {} }, { encryption: { type: "None" } }]) {
      assert.match(
        disk("azure-native:compute:Disk", props)[0] ?? "",
        /^data is a disk that does not say how it is encrypted: write encryption/,
      );
    }
    assert.deepEqual(disk("azure-native:compute:Disk", unknown("encryption")), []);
    assert.deepEqual(disk("azure-native:compute:Disk", { encryption: unknown("type") }), []);
    assert.deepEqual(disk("gcp:compute/disk:Disk", {}), [], "Google encrypts every disk");
  });

  it("wants a VM's data disks to outlive it", () => {
    assert.deepEqual(vm([{ lun: 1, deleteOption: "Delete" }, { lun: 0, deleteOption: "Detach" }, { lun: 2 }]), [
      'vm takes its data disk 1 with it when it is deleted: write deleteOption: "Detach".',
    ]);
    assert.deepEqual(vm(undefined), []);
  });

  it("looks at nothing else", () => {
    assert.deepEqual(disk("gcp:compute/address:Address", {}, { isKept: false }), []);
  });
});

import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import { SettingsError } from "../../settings/problems";

const machineOf = (machine: unknown): unknown => checkSettings({ compose: "c.yaml", machine }).machine;

const gce = { kind: "gce", project: "shop-123456", zone: "europe-west1-b" };
const azure = { kind: "azure", location: "israelcentral", sshFrom: ["203.0.113.7/32"] };

describe("the settings of a VM", () => {
  it("on Google Cloud need a project and a zone, and fill in the rest", () => {
    assert.deepEqual(machineOf(gce), {
      ...gce,
      size: "e2-standard-2",
      image: "debian-cloud/debian-12",
      disk: { size: 50, type: "pd-balanced" },
      sshFrom: [],
      user: "slipway",
      tunnel: false,
      ports: [],
      updates: { install: "security" },
    });
  });

  it("on Azure need a location and who may log in, and fill in the rest", () => {
    assert.deepEqual(machineOf(azure), {
      ...azure,
      size: "Standard_B2s_v2",
      image: "Debian:debian-12:12-gen2:latest",
      disk: { size: 64, type: "StandardSSD_LRS" },
      user: "slipway",
      tunnel: false,
      ports: [],
      updates: { install: "security" },
    });
  });

  it("may all be given", () => {
    const vm = { user: "deploy", tunnel: true, ports: [8080], updates: { install: "none", reboot: "03:30" } };
    const onGoogle = {
      ...gce,
      size: "n2-standard-4",
      image: "ubuntu-os-cloud/ubuntu-2404-lts-amd64",
      disk: { size: 200, type: "pd-ssd", existing: "shop-old" },
      sshFrom: ["10.0.0.0/8", "0.0.0.0/0"],
      ...vm,
    };
    const onAzure = {
      ...azure,
      size: "Standard_D2s_v5",
      image: "Canonical:ubuntu-24_04-lts:server:latest",
      disk: {
        size: 128,
        type: "Premium_LRS",
        existing: "/subscriptions/s1/resourceGroups/old/providers/Microsoft.Compute/disks/old",
      },
      dnsLabel: "ala-app",
      ...vm,
    };
    assert.deepEqual(machineOf(onGoogle), onGoogle);
    assert.deepEqual(machineOf(onAzure), onAzure);
  });

  it("may be text where pulumi config set writes text", () => {
    const machine = machineOf({ ...gce, tunnel: "true", disk: { size: "80" } }) as { tunnel: boolean; disk: object };
    assert.equal(machine.tunnel, true);
    assert.deepEqual(machine.disk, { size: 80, type: "pd-balanced" });
  });

  it("may be those of another stage", () => {
    assert.deepEqual(machineOf({ kind: "shared", of: "staging" }), { kind: "shared", of: "staging" });
    assert.deepEqual(machineOf({ kind: "shared", of: "acme/shop/staging" }), {
      kind: "shared",
      of: "acme/shop/staging",
    });
  });
});

const range = "a range of addresses such as 203.0.113.0/24, or 203.0.113.7/32 for a single one";

/** Settings of a machine, and the one sentence that says what is wrong with them. */
const refused: [string, unknown, string][] = [
  [
    "no project",
    { kind: "gce", zone: "europe-west1-b" },
    "slipway:machine.project must be the id of a Google Cloud project, such as shop-123456; it is not set.",
  ],
  [
    "a project's name instead of its id",
    { ...gce, project: "My Shop" },
    `slipway:machine.project must be the id of a Google Cloud project, such as shop-123456; found "My Shop".`,
  ],
  [
    "no zone",
    { kind: "gce", project: "shop-123456" },
    "slipway:machine.zone must be a zone such as europe-west1-b; it is not set.",
  ],
  [
    "a region instead of a zone",
    { ...gce, zone: "europe-west1" },
    `slipway:machine.zone must be a zone such as europe-west1-b; found "europe-west1".`,
  ],
  [
    "a machine type that is none",
    { ...gce, size: "2 CPUs" },
    `slipway:machine.size must be a machine type such as e2-standard-2; found "2 CPUs".`,
  ],
  [
    "an image without its project",
    { ...gce, image: "debian-12" },
    `slipway:machine.image must be an image or an image family behind its project, such as debian-cloud/debian-12; found "debian-12".`,
  ],
  [
    "a disk that is too small",
    { ...gce, disk: { size: 1 } },
    "slipway:machine.disk.size must be a whole number from 10 to 65536; found 1.",
  ],
  [
    "a kind of disk that is none",
    { ...gce, disk: { type: "ssd" } },
    `slipway:machine.disk.type must be a kind of disk such as pd-balanced, pd-ssd or pd-standard; found "ssd".`,
  ],
  [
    "a misspelt setting of the disk",
    { ...gce, disk: { szie: 20 } },
    "slipway:machine.disk.szie is not a setting: did you mean size?",
  ],
  [
    "a misspelt setting of a host on the way",
    { kind: "ssh", host: "h", hostKey: "ssh-ed25519 AAAA", jump: { host: "g", hostKey: "ssh-ed25519 AAAA", prot: 1 } },
    "slipway:machine.jump.prot is not a setting: did you mean port?",
  ],
  ["a misspelt setting", { ...gce, sshfrom: [] }, "slipway:machine.sshfrom is not a setting: did you mean sshFrom?"],
  [
    "an address instead of a range",
    { ...gce, sshFrom: ["203.0.113.7"] },
    `slipway:machine.sshFrom.0 must be ${range}; found "203.0.113.7".`,
  ],
  [
    "a range that is none",
    { ...gce, sshFrom: ["203.0.113.0/24", "203.0.113.256/24"] },
    `slipway:machine.sshFrom.1 must be ${range}; found "203.0.113.256/24".`,
  ],
  [
    "a range with too many bits",
    { ...gce, sshFrom: ["10.0.0.0/33"] },
    `slipway:machine.sshFrom.0 must be ${range}; found "10.0.0.0/33".`,
  ],
  [
    "a range that does not begin with its first address",
    { ...gce, sshFrom: ["203.0.113.7/24"] },
    `slipway:machine.sshFrom.0 must be 203.0.113.0/24, the range that this address is in, or 203.0.113.7/32 for it alone; found "203.0.113.7/24".`,
  ],
  [
    "any address but the first for all of them",
    { ...gce, sshFrom: ["128.0.0.1/0"] },
    `slipway:machine.sshFrom.0 must be 0.0.0.0/0, the range that this address is in, or 128.0.0.1/32 for it alone; found "128.0.0.1/0".`,
  ],
  [
    "an image for another processor",
    { ...gce, size: "c4a-standard-1" },
    `slipway:machine.image must be an image for arm64, such as debian-cloud/debian-12-arm64, because c4a-standard-1 is an ARM machine type; it is not set.`,
  ],
  [
    "an image for another processor, by name",
    { ...gce, size: "t2a-standard-1", image: "debian-cloud/debian-12" },
    `slipway:machine.image must be an image for arm64, such as debian-cloud/debian-12-arm64, because t2a-standard-1 is an ARM machine type; found "debian-cloud/debian-12".`,
  ],
  [
    "a range alone",
    { ...gce, sshFrom: "10.0.0.0/8" },
    `slipway:machine.sshFrom must be a list of address ranges, such as [203.0.113.7/32]; found "10.0.0.0/8".`,
  ],
  [
    "a user whom every system has",
    { ...gce, user: "root" },
    `slipway:machine.user must be a user's name in lower-case letters that no system has already, such as slipway; found "root".`,
  ],
  [
    "a port beyond the last",
    { ...gce, ports: [70000] },
    "slipway:machine.ports.0 must be a whole number from 1 to 65535; found 70000.",
  ],
  [
    "a port alone",
    { ...gce, ports: 8080 },
    "slipway:machine.ports must be a list of ports, such as [8080]; found 8080.",
  ],
  ["a tunnel that is neither", { ...gce, tunnel: "yes" }, `slipway:machine.tunnel must be true or false; found "yes".`],
  [
    "updates that there are not",
    { ...gce, updates: { install: "all" } },
    `slipway:machine.updates.install must be security or none; found "all".`,
  ],
  [
    "a time of day that there is not",
    { ...gce, updates: { reboot: "24:00" } },
    `slipway:machine.updates.reboot must be a time of day such as 04:00, UTC; found "24:00".`,
  ],
  [
    "no location",
    { kind: "azure", sshFrom: ["203.0.113.7/32"] },
    "slipway:machine.location must be a location such as westeurope (az account list-locations shows them); it is not set.",
  ],
  [
    "a location's display name",
    { ...azure, location: "Israel Central" },
    `slipway:machine.location must be a location such as westeurope (az account list-locations shows them); found "Israel Central".`,
  ],
  [
    "nobody who may log in",
    { kind: "azure", location: "westeurope" },
    "slipway:machine.sshFrom must be a list of address ranges, such as [203.0.113.7/32]; it is not set.",
  ],
  [
    "an empty list of who may log in",
    { ...azure, sshFrom: [] },
    "slipway:machine.sshFrom must be a list of address ranges, such as [203.0.113.7/32]; found [].",
  ],
  [
    "a size of another cloud",
    { ...azure, size: "e2-standard-2" },
    `slipway:machine.size must be a size such as Standard_B2s_v2; found "e2-standard-2".`,
  ],
  [
    "an image that is not named in full",
    { ...azure, image: "Debian:debian-12" },
    `slipway:machine.image must be an image as publisher:offer:sku:version, such as Debian:debian-12:12-gen2:latest; found "Debian:debian-12".`,
  ],
  [
    "a kind of disk of another cloud",
    { ...azure, disk: { type: "pd-ssd" } },
    `slipway:machine.disk.type must be Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS; found "pd-ssd".`,
  ],
  [
    "a kind of disk that Azure does not have",
    { ...azure, disk: { type: "Standard_ZRS" } },
    `slipway:machine.disk.type must be Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS; found "Standard_ZRS".`,
  ],
  [
    "an existing disk's name instead of its id",
    { ...azure, disk: { existing: "old" } },
    `slipway:machine.disk.existing must be the resource id of a managed disk: /subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/disks/…; found "old".`,
  ],
  [
    "a label with capitals",
    { ...azure, dnsLabel: "ALA" },
    `slipway:machine.dnsLabel must be a name in lower-case letters, digits and hyphens, such as shop-staging; found "ALA".`,
  ],
  [
    "a setting of the other cloud",
    { ...azure, zone: "europe-west1-b" },
    "slipway:machine.zone is not a setting: known are kind, location, size, image, disk, sshFrom, dnsLabel, user, tunnel, ports, updates.",
  ],
  [
    "nobody whose machine it is",
    { kind: "shared" },
    "slipway:machine.of must be the stage whose machine it is, such as staging, or acme/shop/staging where it is another project's; it is not set.",
  ],
  [
    "a stage of which it cannot be told whose it is",
    { kind: "shared", of: "shop/staging" },
    `slipway:machine.of must be the stage whose machine it is, such as staging, or acme/shop/staging where it is another project's; found "shop/staging".`,
  ],
];

describe("settings of a VM that are refused", () => {
  for (const user of ["user1", "actuser", "support_388945a0", "daemon", "nobody", "www-data"]) {
    it(`the user ${user}`, () => assert.throws(() => machineOf({ ...gce, user }), SettingsError));
  }

  it("none of those for ARM", () => {
    const arm = {
      ...gce,
      size: "c4a-standard-1",
      image: "debian-cloud/debian-12-arm64",
      disk: { type: "hyperdisk-balanced" },
    };
    assert.doesNotThrow(() => machineOf(arm));
  });

  for (const [what, machine, sentence] of refused) {
    it(what, () => assert.throws(() => machineOf(machine), new SettingsError(sentence)));
  }
});

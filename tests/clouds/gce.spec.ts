import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { GceMachine, proxyCommand, regionOf, type GceMachineArgs } from "../../clouds/gcp/machine";
import { statusOf } from "../../clouds/gcp/status";
import { findDisk } from "../../clouds/gcp/disk";
import { Refusal } from "../../errors/refusal";
import { gceMachine, type GceSettings } from "../../settings/gce";
import { startupScript } from "../../machine/vm/startup";
import { declare, hidden, the, type Declared } from "../components/engine";
import { having, inputsIn, keys, providerError, stage } from "./know";

const settings = (more: object = {}): GceSettings =>
  gceMachine.parse({ kind: "gce", project: "shop-123456", zone: "europe-west1-b", ...more });

const known = {
  ...keys,
  "gcp:compute/address:Address": () => ({ address: "203.0.113.10" }),
  "gcp:serviceaccount/account:Account": () => ({ email: "vm@shop-123456.example.com" }),
};

async function run(more: object = {}, args: Partial<GceMachineArgs> = {}) {
  const program = () => {
    const machine = new GceMachine("app", { stage, settings: settings(more), ...args }, {});
    const { address, user, hostKey, privateKey, serviceAccount, proxyCommand } = machine;
    return { address, user, hostKey, privateKey, serviceAccount, proxyCommand };
  };
  return declare(stage, program, undefined, known);
}

const labels = { slipway: "shop-staging" };
const place = { project: "shop-123456" };

describe("a machine on Google Cloud", () => {
  let resources: Declared[];

  before(async () => {
    ({ resources } = await run());
  });

  it("is made of exactly these resources, with these inputs", () => {
    assert.deepEqual(inputsIn(resources, "gcp"), {
      "app-network-network": [
        "gcp:compute/network:Network",
        { ...place, name: "shop-staging", autoCreateSubnetworks: false, routingMode: "REGIONAL" },
      ],
      "app-network-subnetwork": [
        "gcp:compute/subnetwork:Subnetwork",
        {
          ...place,
          region: "europe-west1",
          name: "shop-staging",
          network: "app-network-network-id",
          ipCidrRange: "10.80.0.0/24",
          privateIpGoogleAccess: true,
        },
      ],
      "app-network-ssh": [
        "gcp:compute/firewall:Firewall",
        {
          ...place,
          name: "shop-staging-ssh",
          network: "app-network-network-id",
          direction: "INGRESS",
          allows: [{ protocol: "tcp", ports: ["22"] }],
          sourceRanges: ["35.235.240.0/20"],
        },
      ],
      "app-network-http": [
        "gcp:compute/firewall:Firewall",
        {
          ...place,
          name: "shop-staging-http",
          network: "app-network-network-id",
          direction: "INGRESS",
          allows: [{ protocol: "tcp", ports: ["80", "443"] }],
          sourceRanges: ["0.0.0.0/0"],
        },
      ],
      "app-network-address": [
        "gcp:compute/address:Address",
        {
          ...place,
          region: "europe-west1",
          name: "shop-staging",
          addressType: "EXTERNAL",
          networkTier: "PREMIUM",
        },
      ],
      "app-account": [
        "gcp:serviceaccount/account:Account",
        { ...place, accountId: "shop-staging-vm", displayName: "The machine of shop-staging" },
      ],
      "app-data": [
        "gcp:compute/disk:Disk",
        { ...place, zone: "europe-west1-b", name: "shop-staging-data", size: 50, type: "pd-balanced", labels },
      ],
      "app-vm": [
        "gcp:compute/instance:Instance",
        {
          ...place,
          zone: "europe-west1-b",
          name: "shop-staging",
          machineType: "e2-standard-2",
          allowStoppingForUpdate: true,
          bootDisk: {
            autoDelete: true,
            initializeParams: { image: "debian-cloud/debian-12", size: 20, type: "pd-balanced", labels },
          },
          attachedDisks: [{ source: "app-data-id", deviceName: "slipway-data", mode: "READ_WRITE" }],
          networkInterfaces: [
            {
              subnetwork: "app-network-subnetwork-id",
              accessConfigs: [{ natIp: "203.0.113.10", networkTier: "PREMIUM" }],
            },
          ],
          serviceAccount: {
            email: "vm@shop-123456.example.com",
            scopes: ["https://www.googleapis.com/auth/cloud-platform"],
          },
          shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
          scheduling: { automaticRestart: true, onHostMaintenance: "MIGRATE" },
          metadata: {
            "block-project-ssh-keys": "TRUE",
            "enable-oslogin": "FALSE",
            "serial-port-enable": "FALSE",
            "startup-script": hidden,
          },
          labels,
        },
      ],
    });
  });

  it("starts with the script for its keys, its disk and its cloud", () => {
    assert.equal(
      the(resources, "gcp:compute/instance:Instance").inputs["metadata"]["startup-script"],
      startupScript({
        user: "slipway",
        authorizedKey: "ssh-ed25519 AAAA-app-keys-login",
        hostKey: "private app-keys-host",
        disks: ["/dev/disk/by-id/google-slipway-data"],
        closed: ["169.254.169.254:80", "169.254.169.254:443"],
        updates: { install: "security" },
      }),
    );
  });

  it("keeps its data disk, and nothing else, when the stage is destroyed", () => {
    assert.deepEqual(
      having(resources, ({ retainOnDelete }) => retainOnDelete),
      ["app-data"],
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
        "app-network-http",
        "app-network-network",
        "app-network-ssh",
        "app-network-subnetwork",
        "app-vm",
      ],
    );
  });

  it("is replaced for other keys or another user, and not for another start-up script", async () => {
    const optionsOf = (resources: Declared[]) => {
      const vm = the(resources, "gcp:compute/instance:Instance");
      return [vm.replacementTrigger, vm.replaceOnChanges, vm.ignoreChanges];
    };
    assert.deepEqual(optionsOf(resources), ["slipway a70a4e97bd4a39ee 74c696eb", [], []]);
    const updates = { install: "none" };
    assert.deepEqual(optionsOf((await run({ updates })).resources), optionsOf(resources));
    assert.deepEqual(optionsOf((await run({ user: "deploy" })).resources), [
      "deploy a70a4e97bd4a39ee 74c696eb",
      [],
      [],
    ]);
  });

  it("is replaced where it was found to be gone, once", async () => {
    const triggerOf = ({ resources }: { resources: Declared[] }) =>
      the(resources, "gcp:compute/instance:Instance").replacementTrigger;
    const gone = await run({}, { gone: "2026-11-21T12:00:00.000Z" });
    assert.notEqual(triggerOf(gone), triggerOf({ resources }));
    const generation = ({ resources }: { resources: Declared[] }) => the(resources, "random:index/randomId:RandomId");
    assert.deepEqual(generation(gone).ignoreChanges, []);
    assert.deepEqual(generation({ resources }).ignoreChanges, ["keepers"], "that it was gone is no change any more");
  });

  it("is the parent of all of it", () => {
    const urns = new Set(resources.map(({ urn }) => urn));
    const orphans = resources.filter(({ parent }) => !urns.has(parent)).map(({ type }) => type);
    assert.deepEqual(orphans, ["slipway:machine:GceMachine"]);
  });

  it("tells how it is reached", async () => {
    const { result } = await run();
    assert.deepEqual(result, {
      address: "203.0.113.10",
      user: "slipway",
      hostKey: "ssh-ed25519 AAAA-app-keys-host",
      privateKey: "private app-keys-login\n",
      serviceAccount: "vm@shop-123456.example.com",
      proxyCommand:
        "gcloud compute start-iap-tunnel shop-staging %p --listen-on-stdin --project=shop-123456 --zone=europe-west1-b --verbosity=error",
    });
  });

  it("lets in the ranges that it is given instead of the proxy", async () => {
    const { resources, result } = await run({ sshFrom: ["203.0.113.0/24", "198.51.100.7/32"] });
    const rule = the(resources, "gcp:compute/firewall:Firewall", "-ssh");
    assert.deepEqual(rule.inputs["sourceRanges"], ["203.0.113.0/24", "198.51.100.7/32"]);
    assert.equal(result.proxyCommand, undefined);
  });

  it("opens the stage's ports besides, each once", async () => {
    const { resources } = await run({ ports: [8080, 443] }, { ports: [9090, 8080] });
    const rule = the(resources, "gcp:compute/firewall:Firewall", "-http");
    assert.deepEqual(rule.inputs["allows"], [{ protocol: "tcp", ports: ["80", "443", "8080", "9090"] }]);
  });

  it("opens no port for HTTP behind a tunnel", async () => {
    const { resources } = await run({ tunnel: true }, { ports: [9090] });
    assert.deepEqual(
      having(resources, ({ type }) => type === "gcp:compute/firewall:Firewall"),
      ["app-network-ssh"],
    );
  });

  it("opens the ports that its settings name behind a tunnel as well", async () => {
    const { resources } = await run({ tunnel: true, ports: [8080] }, { ports: [9090] });
    const rule = the(resources, "gcp:compute/firewall:Firewall", "-http");
    assert.deepEqual(rule.inputs["allows"], [{ protocol: "tcp", ports: ["8080"] }]);
  });

  it("boots from a Hyperdisk where its data is on one, as machine types that take it take nothing else", async () => {
    for (const [size, type] of [
      ["c4-standard-2", "hyperdisk-balanced"],
      ["n2-standard-2", "pd-balanced"],
    ]) {
      const { resources } = await run({ size, disk: { type: "hyperdisk-throughput" } });
      const { bootDisk } = the(resources, "gcp:compute/instance:Instance").inputs;
      assert.equal(bootDisk.initializeParams.type, type);
      assert.equal(the(resources, "gcp:compute/disk:Disk").inputs["type"], "hyperdisk-throughput");
    }
  });

  it("takes its data disk over where it is there already, as big as it has become", async () => {
    const id = "projects/shop-123456/zones/europe-west1-b/disks/shop-staging-data";
    const { resources } = await run({}, { found: { id, size: 80 } });
    const { imports, ignoreChanges, inputs, retainOnDelete } = the(resources, "gcp:compute/disk:Disk");
    assert.deepEqual([imports, inputs["size"], retainOnDelete], [id, 80, true]);
    assert.deepEqual(ignoreChanges, [
      "description",
      "effectiveLabels",
      "labels",
      "pulumiLabels",
      "resourcePolicies",
      "snapshot",
      "terraformLabels",
      "type",
    ]);
    assert.equal((await run()).resources.filter(({ imports }) => imports).length, 0);
  });

  it("attaches another disk that is there already, and declares none", async () => {
    const { resources } = await run({ disk: { existing: "shop-old" } });
    assert.deepEqual(
      having(resources, ({ type }) => type === "gcp:compute/disk:Disk"),
      [],
    );
    const { source } = the(resources, "gcp:compute/instance:Instance").inputs["attachedDisks"][0];
    assert.equal(source, "projects/shop-123456/zones/europe-west1-b/disks/shop-old");
  });
});

describe("how a VM on Google Cloud is", () => {
  for (const [currentStatus, status] of [
    ["RUNNING", "there"],
    ["STAGING", "there"],
    ["REPAIRING", "there"],
    ["TERMINATED", "stopped"],
    ["SUSPENDED", "stopped"],
  ] as const) {
    it(`${status}, where Google says ${currentStatus}`, async () => {
      const { result } = await declare(
        stage,
        () => statusOf(settings(), stage),
        ({ token, inputs }) => {
          assert.equal(token, "gcp:compute/getInstance:getInstance");
          assert.deepEqual(inputs, { ...place, zone: "europe-west1-b", name: "shop-staging" });
          return { currentStatus };
        },
      );
      assert.equal(result, status);
    });
  }

  it("gone, where Google knows none of that name", async () => {
    const call = () => {
      throw providerError("projects/shop-123456/zones/europe-west1-b/instances/shop-staging not found");
    };
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "shop", "staging");
    assert.equal(await statusOf(settings(), stage), "gone");
  });

  it("not gone, where Google does not know the project", async () => {
    const call = () => {
      throw providerError("googleapi: Error 404: The resource 'projects/shop-123456' was not found, notFound");
    };
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "shop", "staging");
    await assert.rejects(
      statusOf(settings(), stage),
      new Refusal(
        "Google Cloud does not know where shop-staging would be: check slipway:machine.project, shop-123456, and slipway:machine.zone, europe-west1-b (it says: googleapi: Error 404: The resource 'projects/shop-123456' was not found, notFound).",
      ),
    );
  });
});

describe("a data disk on Google Cloud", () => {
  const call = (answer: () => object) => async () => {
    const asked: object[] = [];
    const { result } = await declare(
      stage,
      () => findDisk(settings(), stage),
      ({ token, inputs }) => {
        asked.push({ token, inputs });
        return answer();
      },
    );
    return { asked, result };
  };
  const name = "shop-staging-data";

  it("is found by its name", async () => {
    const { asked, result } = await call(() => ({ size: 80 }))();
    assert.deepEqual(asked, [
      { token: "gcp:compute/getDisk:getDisk", inputs: { project: "shop-123456", zone: "europe-west1-b", name } },
    ]);
    assert.deepEqual(result, { id: `projects/shop-123456/zones/europe-west1-b/disks/${name}`, size: 80 });
  });

  const place = "projects/shop-123456/zones/europe-west1-b";
  for (const said of [
    `googleapi: Error 404: The resource '${place}/disks/${name}' was not found, notFound`,
    `1 error occurred: * ${place}/disks/${name} not found`,
    `Disk ${name} not found`,
  ]) {
    it(`need not be there: ${said}`, async () => {
      const missing = call(() => {
        throw providerError(said);
      });
      assert.equal((await missing()).result, undefined);
    });
  }

  for (const said of [
    "googleapi: Error 404: The resource 'projects/shop-123456' was not found, notFound",
    `googleapi: Error 404: The resource '${place}' was not found, notFound`,
    `googleapi: Error 404: The resource '${place}/disks/${name}-2' was not found, notFound`,
  ]) {
    it(`is not taken for missing where something else is: ${said}`, async () => {
      const call = () => {
        throw providerError(said);
      };
      await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "shop", "staging");
      await assert.rejects(
        findDisk(settings(), stage),
        /check slipway:machine.project, .* slipway:machine.zone, .* 404/,
      );
    });
  }

  it("is not taken for missing where nobody may ask", async () => {
    const denied = () => {
      throw providerError("googleapi: Error 403: Required 'compute.disks.get' permission");
    };
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: denied }, "shop", "staging");
    await assert.rejects(findDisk(settings(), stage), /Error 403/);
  });
});

describe("Google Cloud's names", () => {
  it("tell a zone's region", () => assert.equal(regionOf("northamerica-northeast1-a"), "northamerica-northeast1"));

  it("stand in the proxy's command", () =>
    assert.match(
      proxyCommand("a", { project: "p", zone: "z" }),
      /^gcloud compute start-iap-tunnel a %p .*--project=p --zone=z /,
    ));
});

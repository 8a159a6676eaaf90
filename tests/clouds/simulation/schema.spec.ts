import assert from "node:assert/strict";
import { Types } from "../../e2e/clouds/simulation/schema";

describe("what a simulated cloud takes", () => {
  const google = new Types("@pulumi/gcp");
  const azure = new Types("@pulumi/azure-native");
  const cloudflare = new Types("@pulumi/cloudflare");
  const instance = {
    machineType: "e2-standard-2",
    bootDisk: { initializeParams: { image: "debian-cloud/debian-12" } },
    networkInterfaces: [{ subnetwork: "s", accessConfigs: [{ natIp: "203.0.113.10" }] }],
    attachedDisks: [{ source: "disk" }],
  };

  const ingress = "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig";
  const rules = (name: string) => ({ ingresses: [{ [name]: "app.example.com", service: "http://edge:80" }] });

  it("is what the real package's types allow", () => {
    assert.deepEqual(google.problems("gcp:compute/instance:Instance", instance), []);
    assert.deepEqual(google.problems("gcp:compute/network:Network", { name: "shop" }), []);
    const vm = { resourceGroupName: "shop", storageProfile: { dataDisks: [{ lun: 0, createOption: "Attach" }] } };
    assert.deepEqual(azure.problems("azure-native:compute:VirtualMachine", vm), []);
    assert.deepEqual(cloudflare.problems(ingress, { accountId: "a", tunnelId: "t", config: rules("hostname") }), []);
  });

  it("is refused where a field is missing, however deep", () => {
    const { bootDisk: _bootDisk, ...without } = instance;
    assert.deepEqual(google.problems("gcp:compute/instance:Instance", { ...without, attachedDisks: [{}] }), [
      "gcp:compute/instance:Instance must have bootDisk.",
      "gcp:compute/instance:Instance.attachedDisks must have source.",
    ]);
    const vm = { storageProfile: { dataDisks: [{ lun: 0 }] } };
    assert.deepEqual(azure.problems("azure-native:compute:VirtualMachine", vm), [
      "azure-native:compute:VirtualMachine must have resourceGroupName.",
      "azure-native:compute:VirtualMachine.storageProfile.dataDisks must have createOption.",
    ]);
  });

  it("is refused where a field is none of the real ones", () => {
    const [problem = ""] = google.problems("gcp:compute/instance:Instance", { ...instance, machinetype: "e2" });
    assert.match(problem, /^gcp:compute\/instance:Instance has no field machinetype; it has .*machineType/);
    const [other = ""] = cloudflare.problems(ingress, { accountId: "a", tunnelId: "t", config: rules("hostName") });
    assert.match(other, /Config\.config\.ingresses has no field hostName; it has .*hostname/);
  });
});

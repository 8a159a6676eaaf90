import assert from "node:assert/strict";
import { sshClosedToTheWorld } from "../../policies/sshClosedToTheWorld";
import { declared, says, unknown } from "./declared";

const tcp = (...ports: string[]) => [{ protocol: "tcp", ports }];
const google = (props: Record<string, unknown>) =>
  says(sshClosedToTheWorld, declared("gcp:compute/firewall:Firewall", "app-machine-network-ssh", props));
const inbound = {
  name: "ssh",
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  destinationPortRange: "22",
  sourceAddressPrefix: "*",
};
const azure = (rule: Record<string, unknown>) =>
  says(
    sshClosedToTheWorld,
    declared("azure-native:network:NetworkSecurityGroup", "rules", { securityRules: [{ ...inbound, ...rule }] }),
  );

describe("the policy ssh-closed-to-the-world", () => {
  it("refuses a firewall that lets everybody in, and says what to write", () => {
    assert.deepEqual(google({ allows: tcp("22"), sourceRanges: ["0.0.0.0/0"] }), [
      "app-machine-network-ssh lets every address reach the SSH port: name those that need it, as in slipway:machine.sshFrom: [203.0.113.7/32], or on Google Cloud none, for Identity-Aware Proxy.",
    ]);
    assert.match(azure({})[0] ?? "", /^rules \(its rule ssh\) lets every address reach the SSH port/);
  });

  for (const [what, props] of Object.entries({
    "a range of ports": { allows: tcp("20-30"), sourceRanges: ["0.0.0.0/0"] },
    "every port": { allows: [{ protocol: "tcp" }], sourceRanges: ["0.0.0.0/0"] },
    "every protocol": { allows: [{ protocol: "all" }], sourceRanges: ["0.0.0.0/0"] },
    "nobody in particular": { allows: tcp("22") },
    "the world in IPv6": { allows: tcp("22"), sourceRanges: ["::/0"] },
    "half of the world": { allows: tcp("22"), sourceRanges: ["203.0.113.7/32", "128.0.0.0/1"] },
  })) {
    it(`refuses ${what} on Google Cloud`, () => assert.equal(google(props).length, 1));
  }

  it("adds the parts of the world up", () => {
    const parts = (count: number, bits: number) =>
      Array.from({ length: count }, (_, first) => `${first}.0.0.0/${bits}`);
    assert.equal(google({ allows: tcp("22"), sourceRanges: parts(256, 8) }).length, 1);
    assert.equal(google({ allows: tcp("22"), sourceRanges: ["4.0.0.0/8", "9.0.0.0/8"] }).length, 1);
    assert.deepEqual(google({ allows: tcp("22"), sourceRanges: parts(200, 24) }), []);
    assert.deepEqual(
      google({ allows: tcp("22"), sourceRanges: ["10.0.0.0/8", "172.16.0.0/12", "fc00::/7", "9.0.0.0/8"] }),
      [],
    );
    assert.equal(google({ allows: tcp("22"), sourceRanges: ["10.0.0.0/7"] }).length, 1);
  });

  for (const [what, props] of Object.entries({
    "a network": { allows: tcp("22"), sourceRanges: ["203.0.113.0/24", "10.0.0.0/8"] },
    "Identity-Aware Proxy": { allows: tcp("22"), sourceRanges: ["35.235.240.0/20"] },
    "other ports": { allows: tcp("80", "443", "8000-9000"), sourceRanges: ["0.0.0.0/0"] },
    "another protocol": { allows: [{ protocol: "udp", ports: ["22"] }], sourceRanges: ["0.0.0.0/0"] },
    "tagged machines": { allows: tcp("22"), sourceTags: ["office"] },
    "the way out": { allows: tcp("22"), direction: "EGRESS" },
    "one that is off": { allows: tcp("22"), disabled: true },
    "what is not known yet": unknown("sourceRanges", { allows: tcp("22") }),
  })) {
    it(`lets ${what} be on Google Cloud`, () => assert.deepEqual(google(props), []));
  }

  for (const [what, rule] of Object.entries({
    "a list of ports": { destinationPortRange: undefined, destinationPortRanges: ["80", "20-30"] },
    "every port": { destinationPortRange: "*" },
    "every protocol": { protocol: "*" },
    "the Internet": { sourceAddressPrefix: "Internet" },
    "the world among others": { sourceAddressPrefix: undefined, sourceAddressPrefixes: ["10.0.0.0/8", "0.0.0.0/0"] },
  })) {
    it(`refuses ${what} on Azure`, () => assert.equal(azure(rule).length, 1));
  }

  for (const [what, rule] of Object.entries({
    "an address": { sourceAddressPrefix: "203.0.113.7/32" },
    "a tag": { sourceAddressPrefix: "VirtualNetwork" },
    "other ports": { destinationPortRange: "443" },
    "a refusal": { access: "Deny" },
    "the way out": { direction: "Outbound" },
  })) {
    it(`lets ${what} be on Azure`, () => assert.deepEqual(azure(rule), []));
  }

  it("looks at rules that stand for themselves", () => {
    const resource = declared("azure-native:network/v20240501:SecurityRule", "open", inbound);
    assert.match(says(sshClosedToTheWorld, resource)[0] ?? "", /^open lets every address/);
  });
});

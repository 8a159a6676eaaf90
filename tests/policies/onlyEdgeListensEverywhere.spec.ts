import assert from "node:assert/strict";
import { onlyEdgeListensEverywhere } from "../../policies/onlyEdgeListensEverywhere";
import { equipment, says, service, unknown } from "./declared";

const holds = (...ports: unknown[]) => says(onlyEdgeListensEverywhere, service({ ports }));

describe("the policy only-edge-listens-everywhere", () => {
  it("refuses a port on every address, and says what to write", () => {
    assert.deepEqual(holds({ internal: 25, external: 1025 }), [
      'shop-production-web listens on port 1025 of every address: write "127.0.0.1:1025:25" or another address in front, or app_protocol: http where it speaks HTTP, so that the edge holds the port.',
    ]);
  });

  for (const ip of ["", "0.0.0.0", "::", "::0", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0"]) {
    it(`takes "${ip}" for every address`, () => assert.equal(holds({ internal: 25, ip }).length, 1));
  }

  it("lets be what names an address, and what is not known yet", () => {
    assert.deepEqual(holds({ internal: 25, ip: "127.0.0.1" }, { internal: 25, ip: "10.0.0.5" }), []);
    assert.deepEqual(holds(unknown("ip", { internal: 25 })), []);
    assert.deepEqual(says(onlyEdgeListensEverywhere, service({})), []);
  });

  it("refuses the machine's own network", () => {
    assert.match(
      says(onlyEdgeListensEverywhere, service({ networkMode: "host" }))[0] ?? "",
      /take network_mode: host away/,
    );
  });

  it("refuses whatever ports the image names", () => {
    assert.deepEqual(says(onlyEdgeListensEverywhere, service({ publishAllPorts: true })), [
      "shop-production-web publishes each port that its image names on every address: take publishAllPorts away, and publish what others need.",
    ]);
    assert.deepEqual(says(onlyEdgeListensEverywhere, service({ publishAllPorts: false })), []);
  });

  it("leaves the edge alone, and no other part of Slipway", () => {
    assert.deepEqual(says(onlyEdgeListensEverywhere, equipment.edge({ ports: [{ internal: 80 }] })), []);
    assert.equal(says(onlyEdgeListensEverywhere, equipment.registry({ ports: [{ internal: 5000 }] })).length, 1);
  });
});

import assert from "node:assert/strict";
import { isChecked } from "../../application/healthcheck";
import { isStopFirst, publishedPorts, writableVolumes } from "../../application/stopFirst";
import { serviceWith } from "../components/project";

/** Whether two containers of a service could not run side by side. */
const rule: [string, boolean, string][] = [
  ["a writable named volume", true, "volumes: ['data:/data']"],
  ["a writable path of the machine", true, "volumes: ['/srv/data:/data']"],
  ["a raw port", true, "ports: ['8080:80']"],
  ["a raw port on any free port of the machine", true, "ports: ['80']"],
  ["an address of its own", true, "networks: { front: { ipv4_address: 10.1.0.7 } }"],
  ["an alias of its own", false, "networks: { front: { aliases: [www] } }"],
  ["a volume that is only read", false, "volumes: ['data:/data:ro']"],
  ["a volume without a name", true, "volumes: ['/data']"],
  ["a volume without a name that is only read", false, "volumes: [{ type: volume, target: /data, read_only: true }]"],
  ["a volume without a name, for a job", false, "volumes: ['/data']\nprofiles: [job]"],
  ["a tmpfs volume", false, "volumes: [{ type: tmpfs, target: /data }]"],
  ["a tmpfs", false, "tmpfs: /data"],
  ["a volume marked as shared", false, "volumes: ['data:/data']\nx-slipway: { sharesVolumes: true }"],
  [
    "a volume marked as shared, and a raw port",
    true,
    "volumes: ['data:/data']\nports: ['8080:80']\nx-slipway: { sharesVolumes: true }",
  ],
  ["a mark that says no", true, "volumes: ['data:/data']\nx-slipway: { sharesVolumes: false }"],
  ["an HTTP port", false, "ports: [{ target: 80, published: '8080', app_protocol: http }]"],
  ["a device that one program at a time has", true, "devices: [/dev/ttyUSB0]"],
  ["devices that the kernel shares", false, "devices: [/dev/fuse, /dev/net/tun, /dev/dri/renderD128, /dev/kvm]"],
  ["a MAC address of its own", true, "mac_address: '02:42:ac:11:00:02'"],
  ["a GPU", false, "gpus: all"],
  ["the machine's own network", true, "network_mode: host"],
  ["nothing of the kind", false, ""],
];

describe("a service that is stopped before it is replaced", () => {
  for (const [what, expected, section] of rule) {
    it(`is ${expected ? "" : "not "}one with ${what}`, () => {
      assert.equal(isStopFirst(serviceWith(section)), expected);
    });
  }
});

describe("what a service holds", () => {
  it("counts only what it writes to as written", () => {
    const service = serviceWith("volumes: ['data:/data', 'files:/files:ro', '/srv:/srv', '/cache']");
    assert.deepEqual(
      writableVolumes(service).map(({ target }) => target),
      ["/data", "/srv", "/cache"],
    );
  });

  it("leaves HTTP ports to the edge", () => {
    const service = serviceWith("ports: ['22:22', { target: 80, published: '80', app_protocol: http }]");
    assert.deepEqual(
      publishedPorts(service).map(({ target }) => target),
      [22],
    );
  });

  it("tells its health only by a check of its own", () => {
    assert.equal(isChecked(serviceWith("healthcheck: { test: exit 0 }")), true);
    assert.equal(isChecked(serviceWith("healthcheck: { disable: true }")), false);
    assert.equal(isChecked(serviceWith("")), false);
  });
});

import assert from "node:assert/strict";

import { resolveEndpoint } from "../../../registry/client/endpoint";
import { Sources } from "../../../registry/mirrors";

describe("registry addresses", () => {
  const origins: [address: string, origin: string, imagesBegin: string, prefix: string][] = [
    ["docker.io", "https://registry-1.docker.io", "docker.io", ""],
    ["index.docker.io", "https://registry-1.docker.io", "docker.io", ""],
    ["ghcr.io", "https://ghcr.io", "ghcr.io", ""],
    ["registry.example.com:5000", "https://registry.example.com:5000", "registry.example.com:5000", ""],
    ["localhost", "http://localhost", "localhost", ""],
    ["localhost:5000", "http://localhost:5000", "localhost:5000", ""],
    ["127.0.0.1:5000", "http://127.0.0.1:5000", "127.0.0.1:5000", ""],
    ["127.3.2.1:5000", "http://127.3.2.1:5000", "127.3.2.1:5000", ""],
    ["[::1]:5000", "http://[::1]:5000", "[::1]:5000", ""],
    ["https://localhost:5000/", "https://localhost:5000", "localhost:5000", ""],
    ["http://10.0.0.5:5000", "http://10.0.0.5:5000", "10.0.0.5:5000", ""],
    ["127.example.com", "https://127.example.com", "127.example.com", ""],
    [
      "europe-docker.pkg.dev/project/images",
      "https://europe-docker.pkg.dev",
      "europe-docker.pkg.dev/project/images",
      "project/images/",
    ],
  ];
  for (const [address, origin, imagesBegin, prefix] of origins) {
    it(`finds ${address} at ${origin}`, () => {
      const endpoint = resolveEndpoint(address);
      assert.deepEqual([endpoint.origin, endpoint.address, endpoint.prefix], [origin, imagesBegin, prefix]);
    });
  }

  for (const address of ["", "ftp://host", "host/Upper", "user@host", "ho st", "host:port", "https://", "host?x"]) {
    it(`refuses "${address}"`, () => {
      assert.throws(() => resolveEndpoint(address), /is not a registry's address: write host\[:port\]\[\/path\]/);
    });
  }

  it("reads a registry's images from its mirror, with one client for both", () => {
    const sources = new Sources({ "docker.io": "http://127.0.0.1:5999/hub" });
    assert.equal(sources.of("docker.io").address, "127.0.0.1:5999/hub");
    assert.equal(sources.of("docker.io"), sources.of("docker.io"));
    assert.equal(sources.of("ghcr.io").address, "ghcr.io");
  });
});

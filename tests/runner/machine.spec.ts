import assert from "node:assert/strict";
import { connectionTo } from "../../runner/machine";
import { Folder } from "../release/folder";

describe("the runner's way to a Docker Engine", () => {
  it("is a socket, wherever that is", () => {
    assert.deepEqual(connectionTo("unix:///var/run/docker.sock"), { socketPath: "/var/run/docker.sock" });
    const host = "unix:///Users/ada smith/.colima/default/docker.sock";
    assert.deepEqual(connectionTo(host), { socketPath: "/Users/ada smith/.colima/default/docker.sock" });
  });

  it("is an address, with TLS where it has certificates", () => {
    const folder = new Folder().write({ "ca.pem": "authority" });
    assert.deepEqual(connectionTo("tcp://127.0.0.1:2375"), { protocol: "http", host: "127.0.0.1", port: "2375" });
    const { protocol, ca, key } = connectionTo("tcp://10.0.0.5:2376", folder.path);
    assert.deepEqual([protocol, String(ca), key], ["https", "authority", undefined]);
    folder.remove();
  });

  it("is none to another machine", () => {
    assert.throws(
      () => connectionTo("ssh://ada@shop"),
      /The runner does not reach ssh:\/\/ada@shop: .* bring this one up with Pulumi/,
    );
  });
});

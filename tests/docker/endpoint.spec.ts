import assert from "node:assert/strict";
import { endpoint } from "../../docker/endpoint";

describe("a network of a container, as the Engine is asked for it", () => {
  it("says what is said, and leaves out what is not", () => {
    assert.deepEqual(endpoint({ name: "n" }), { Aliases: [], IPAMConfig: { IPv4Address: "", IPv6Address: "" } });
    assert.deepEqual(
      endpoint({
        ...{ name: "n", aliases: ["web"], ipv4Address: "10.0.0.5", macAddress: "02:42:ac:11:00:02" },
        ...{ linkLocalIps: ["169.254.8.8"], driverOpts: ["a.b=c=d"] },
      }),
      {
        Aliases: ["web"],
        IPAMConfig: { IPv4Address: "10.0.0.5", IPv6Address: "", LinkLocalIPs: ["169.254.8.8"] },
        MacAddress: "02:42:ac:11:00:02",
        DriverOpts: { "a.b": "c=d" },
      },
    );
  });
});

import assert from "node:assert/strict";
import { elsewhere } from "../../plan/unnamedVolumes";

const volume = { service: "db", target: "/data", name: "shop-production_db-data-1a2b3c4d", byImage: true };
const anonymous = "0123456789abcdef".repeat(4);

describe("data on a volume without a name", () => {
  const running = (service: string, Name: string, Destination = "/data") => [
    {
      Config: { Labels: { "slipway.service": service } },
      Mounts: [{ Type: "volume", RW: true, Name, Destination }],
    },
  ];

  it("are pointed at with the line that takes them along", () => {
    assert.deepEqual(elsewhere(volume, running("db", anonymous)), [
      `What the service db has at /data now is on a volume without a name, and stays there. To take it along, before the update: docker run --rm -v ${anonymous}:/from:ro -v shop-production_db-data-1a2b3c4d:/to busybox cp -a /from/. /to/`,
    ]);
  });

  it("are nothing to speak of on a volume with a name, at another path or of another service", () => {
    for (const others of [running("db", "shop_data"), running("db", anonymous, "/other"), running("web", anonymous)]) {
      assert.deepEqual(elsewhere(volume, others), []);
    }
  });
});

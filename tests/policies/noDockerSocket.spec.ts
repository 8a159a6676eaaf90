import assert from "node:assert/strict";
import { noDockerSocket } from "../../policies/noDockerSocket";
import { declared, job, says, service, unknown } from "./declared";

const mounts = (hostPath: string) =>
  says(noDockerSocket, service({ volumes: [{ hostPath, containerPath: "/x", readOnly: true }] }));

describe("the policy no-docker-socket", () => {
  it("refuses the socket, and says what it means", () => {
    assert.deepEqual(mounts("/var/run/docker.sock"), [
      "shop-production-web mounts /var/run/docker.sock, through which it has the machine's Docker Engine, and with it the machine: take the mount away, or put a proxy in between that lets through only what it needs; where it cannot do without, write /var/run/docker.sock into slipway:allow.",
    ]);
  });

  for (const path of [
    "/run/docker.sock",
    "/run/user/1000/docker.sock",
    "/run/containerd/containerd.sock",
    "/var/run",
    "/run/",
    "/",
    "/var/",
    "/srv/../var/run//docker.sock",
    "/var/run/docker.sock/",
    "/run/user",
    "/run/user/1000",
    "/var/run/containerd/",
    "/run/podman",
    "//",
  ]) {
    it(`refuses ${path}`, () => assert.equal(mounts(path).length, 1));
  }

  for (const path of [
    "/srv/data",
    "/var/lib/shop",
    "/run/shop",
    "/run/user/1000/shop",
    "relative",
    "/srv/run",
    "/var/run/shop.sock",
    "/srv/docker.socket",
  ]) {
    it(`lets ${path} be`, () => assert.deepEqual(mounts(path), []));
  }

  it("looks behind volumes, whose driver takes any path", () => {
    const driverOpts = { type: "none", o: "bind", device: "/var/run" };
    const behind = says(noDockerSocket, declared("docker:index/volume:Volume", "app-volumes-socket", { driverOpts }));
    assert.match(behind[0] ?? "", /^app-volumes-socket mounts \/var\/run, through which/);
    const volumeOptions = { driverOptions: driverOpts };
    assert.equal(says(noDockerSocket, service({ mounts: [{ type: "volume", volumeOptions }] })).length, 1);
    for (const other of [
      { driverOpts: { device: "/srv/data" } },
      { driverOpts: { device: "tmpfs" } },
      {},
      unknown("driverOpts"),
    ])
      assert.deepEqual(says(noDockerSocket, declared("docker:index/volume:Volume", "data", other)), []);
  });

  it("looks at mounts and into jobs, and not at what is not known yet", () => {
    assert.equal(
      says(noDockerSocket, service({ mounts: [{ type: "bind", source: "/var/run/docker.sock" }] })).length,
      1,
    );
    assert.equal(says(noDockerSocket, job({ volumes: [{ hostPath: "/var/run/docker.sock" }] })).length, 1);
    assert.deepEqual(says(noDockerSocket, service({ mounts: [unknown("source", { type: "bind" })] })), []);
    assert.deepEqual(says(noDockerSocket, service({ mounts: [{ type: "volume", source: "/" }] })), []);
  });
});

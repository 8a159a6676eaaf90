import assert from "node:assert/strict";
import { posix } from "node:path";
import { hostFoldersForDataOnly } from "../../policies/hostFoldersForDataOnly";
import { declared, job, production, says, service, unknown } from "./declared";

const mounts = (hostPath: string, readOnly = false) =>
  says(hostFoldersForDataOnly, service({ volumes: [{ hostPath, containerPath: "/x", readOnly }] }));
const volume = (driverOpts: unknown) =>
  says(hostFoldersForDataOnly, declared("docker:index/volume:Volume", "app-data", { driverOpts }));

describe("the policy host-folders-for-data-only", () => {
  it("refuses a folder of the machine's own, and says what to write where it has to be", () => {
    assert.deepEqual(mounts("/etc"), [
      "shop-production-web mounts /etc, which is no folder for data (/srv, /opt, /mnt, /media, /data, or one in a home): take a named volume or a folder there; where it cannot do without, write /etc into slipway:allow.",
    ]);
  });

  for (const path of [
    ...[
      "/proc/1/root",
      "/proc",
      "/sys",
      "/root",
      posix.join("/root", ".ssh"),
      "/boot",
      "/dev",
      "/dev/sda",
      "/dev/mem",
      "/home",
      "/home/a",
    ],
    ...[
      "/home/a/.ssh",
      "/srv/../etc",
      "//etc//shadow",
      "/usr",
      "/lib/modules",
      "/etc/localtime",
      "/tmp",
      "/var/lib",
      "/nix",
    ],
    ...["/var/lib/kubelet", "/etc/shopping", "/srvx", "/host"],
  ]) {
    it(`refuses ${path}`, () => assert.equal(mounts(path).length, 1));
  }

  for (const path of [
    ...["/srv", "/srv/data", "/opt/shop/", "/mnt/disk1", "/media/films", "/data", "/volume1/docker", "/home/a/films/x"],
    ...["/var/lib/shop", "/etc/shop/web.conf", "/dev/net/tun", "/dev/dri", "/dev/ttyUSB0", "/var/www/html", "relative"],
    "/var/lib/docker/volumes/shop-production-web-files-1a2b3c4d/_data/0",
  ]) {
    it(`lets ${path} be`, () => assert.deepEqual(mounts(path), []));
  }

  it("lets the machine's time, certificates and modules be read, and not be written", () => {
    for (const path of [
      "/etc/localtime",
      "/etc/timezone",
      "/etc/ssl/certs",
      "/usr/share/zoneinfo/UTC",
      "/lib/modules",
    ]) {
      assert.deepEqual(mounts(path, true), []);
      assert.equal(mounts(path).length, 1);
    }
  });

  it("refuses a disk and layers of the machine behind a volume, and devices", () => {
    assert.match(
      volume({ type: "ext4", device: "/dev/sdb1" })[0] ?? "",
      /^app-data is a volume of \/dev\/sdb1, which is no/,
    );
    assert.equal(
      volume({ type: "overlay", device: "overlay", o: "lowerdir=/etc:/srv/a,upperdir=/srv/b,workdir=/srv/c" }).length,
      1,
    );
    assert.equal(says(hostFoldersForDataOnly, service({ devices: [{ hostPath: "/dev/nvme0n1" }] })).length, 1);
    assert.deepEqual(volume({ type: "none", o: "bind", device: "/srv/data" }), []);
    assert.deepEqual(volume({ type: "nfs", o: "addr=10.0.0.1", device: ":/etc" }), []);
    assert.deepEqual(volume({ type: "tmpfs", device: "tmpfs" }), []);
    assert.deepEqual(volume(undefined), []);
  });

  it("lets be what the stage's settings name, with all that is in it, and nothing beside it", () => {
    const allowing = (allow: string[]) =>
      says(hostFoldersForDataOnly, service({ volumes: [{ hostPath: "/etc/ssl/private/a" }] }), {
        ...production,
        allow,
      });
    assert.deepEqual(allowing(["/etc/ssl/private/"]), []);
    assert.deepEqual(allowing(["/"]), []);
    assert.equal(allowing(["/etc/ssl/priv"]).length, 1);
    assert.equal(allowing([]).length, 1);
  });

  it("leaves the Engine's socket to its own policy, and looks into jobs and not at what is not known yet", () => {
    assert.deepEqual(mounts("/var/run/docker.sock"), []);
    assert.equal(says(hostFoldersForDataOnly, job({ volumes: [{ hostPath: "/root" }] })).length, 1);
    assert.deepEqual(says(hostFoldersForDataOnly, service({ volumes: [unknown("hostPath")] })), []);
  });
});

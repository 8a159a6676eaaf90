import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FoundMachine } from "../../machine/machine";
import { pathsBehind } from "../../application/pathsBehind";
import { areOneInTheOther, checkEngineFolder, mountedPaths } from "../../plan/engineFolder";
import { applicationOf } from "../components/project";

const machine = (more: Partial<FoundMachine> = {}): FoundMachine => ({
  name: "this machine",
  platform: "linux/amd64",
  volumes: new Map(),
  ports: new Map(),
  holders: new Map(),
  edges: new Map(),
  holds: () => Promise.resolve(false),
  ...more,
});

const check = (volumes: string, more?: Partial<FoundMachine>): Promise<void> => {
  const text = `services:\n  web: { image: web, volumes: ${volumes} }`;
  return checkEngineFolder(mountedPaths(applicationOf({ "compose.yaml": text }).config), machine(more));
};

const optionsOf = (options: Record<string, string>, more?: Partial<FoundMachine>): Promise<void> => {
  const text = `services: { web: { image: web, volumes: ["data:/x"] } }\nvolumes: { data: { driver_opts: ${JSON.stringify(options)} } }`;
  return checkEngineFolder(mountedPaths(applicationOf({ "compose.yaml": text }).config), machine(more));
};

describe("the Engine's own folder", () => {
  it("is not mounted, which is refused by the service, the path and the machine", () =>
    assert.rejects(check('["/var/lib/docker/volumes:/all"]'), {
      message:
        "The service web mounts /var/lib/docker/volumes, and /var/lib/docker is where this machine has what the Docker Engine keeps, the volumes of all stages among it: take a folder of your own, such as /srv/NAME, or a named volume.",
    }));

  for (const path of [
    "/",
    "//",
    "/var",
    "/var/lib/",
    "/var/lib/docker",
    "/var/lib/docker/",
    "/var/lib/docker/containers",
    "/srv/../var/lib/docker/volumes",
    "/var/lib//docker/./volumes/shop-production_data/_data",
  ]) {
    it(`is not reached by ${path}, read-only or not`, async () => {
      await assert.rejects(
        check(JSON.stringify([`${path}:/x`])),
        /where this machine has what the Docker Engine keeps/,
      );
      await assert.rejects(check(JSON.stringify([`${path}:/x:ro`])), /what the Docker Engine keeps/);
    });
  }

  for (const path of ["/var/lib/dockerized", "/srv/data", "/var/log", "/var/lib/shop/docker"]) {
    it(`is something else than ${path}`, () => check(JSON.stringify([`${path}:/x`])));
  }

  const behind: Record<string, string>[] = [
    { type: "none", o: "bind", device: "/var/lib/docker/volumes" },
    { type: "none", o: "ro,bind", device: "/srv/../var/lib/docker" },
    { type: "overlay", device: "overlay", o: "lowerdir=/var/lib/docker/volumes,upperdir=/srv/u,workdir=/srv/w" },
    { type: "overlay", device: "overlay", o: "lowerdir=/srv/a:/srv/b:/var/lib/docker/overlay2" },
    { type: "overlay", device: "overlay", o: "lowerdir+=/var/lib/docker,upperdir=/srv/u,workdir=/srv/w" },
    { type: "overlay", device: "overlay", o: "lowerdir=/srv/a,upperdir=/,workdir=/srv/w" },
  ];
  for (const options of behind) {
    it(`stands behind no volume: ${options["o"]} of ${options["device"]}`, () =>
      assert.rejects(optionsOf(options), /^Error: The volume data mounts \/.*the Docker Engine keeps/));
  }

  it("is none of another machine's folders, nor a file system without any", async () => {
    assert.deepEqual(pathsBehind({ type: "nfs", device: ":/var/lib/docker", o: "addr=10.0.0.1" }), []);
    assert.deepEqual(pathsBehind({ type: "cifs", device: "//server/var", o: "username=a" }), []);
    await optionsOf({ type: "tmpfs", device: "tmpfs", o: "size=100m" });
  });

  it("is where the Engine says", async () => {
    await assert.rejects(
      check('["/data/docker/volumes:/x"]', { folder: "/data/docker" }),
      /and \/data\/docker is where/,
    );
    await check('["/var/lib/docker/volumes:/x"]', { folder: "/data/docker" });
  });

  it("is found through links, of what is mounted and of itself", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-links-"));
    try {
      mkdirSync(join(folder, "engine"));
      symlinkSync(join(folder, "engine"), join(folder, "link"));
      for (const [engine, mounted] of [
        ["engine", "link/volumes"],
        ["link", "engine/volumes"],
      ]) {
        await assert.rejects(
          check(JSON.stringify([`${folder}/${mounted}:/x`]), { folder: `${folder}/${engine}` }),
          /what the Docker Engine keeps/,
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is a folder by its whole names", () => {
    assert.equal(areOneInTheOther("/a/b", "/a/bc"), false);
    assert.equal(areOneInTheOther("/", "/a"), true);
  });
});

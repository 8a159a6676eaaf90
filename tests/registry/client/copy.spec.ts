import assert from "node:assert/strict";

import { Registry } from "../../../registry/client/registry";
import { type CopiedImage, type CopyProgress, copyImage } from "../../../registry/client/copy";
import { digestOf } from "../../../registry/client/digest";
import { parsePlatform } from "../../../registry/client/platform";
import { parseReference } from "../../../registry/client/reference";
import { loose, pushImage, pushIndex } from "../images";
import { type Fault, TestRegistry } from "../fakeRegistry";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("copying an image that is hard to copy", () => {
  let servers: [TestRegistry, TestRegistry];
  let source: Registry;
  let target: Registry;
  const copy = (
    reference: string,
    more: { platform?: string; repository?: string; tag?: string; onProgress?: (progress: CopyProgress) => void } = {},
  ): Promise<CopiedImage> =>
    copyImage({
      from: { reference: parseReference(reference), registry: source },
      to: { registry: target, repository: more.repository ?? "demo/app", ...(more.tag ? { tag: more.tag } : {}) },
      platform: parsePlatform(more.platform ?? "linux/amd64"),
      ...(more.onProgress ? { onProgress: more.onProgress } : {}),
    });
  const fail = (side: 0 | 1, fault: Fault): number => servers[side].faults.push(fault);

  beforeEach(async () => {
    servers = [await TestRegistry.start(), await TestRegistry.start()];
    source = new Registry(servers[0].address, undefined, { retries: [1], answer: 2000 });
    target = new Registry(servers[1].address, undefined, { retries: [1], answer: 2000 });
  });
  afterEach(() => Promise.all(servers.map((server) => server.stop())));

  it("names the platform that an index lacks, and those it has", async () => {
    await pushIndex(source, "library/app", "1", [
      { platform: "linux/arm64/v8", layers: ["a"] },
      { platform: "linux/arm/v7", layers: ["b"] },
    ]);
    await assert.rejects(copy("app:1"), {
      message: `Image ${source.address}/library/app:1 has no image for linux/amd64, only for linux/arm/v7, linux/arm64: choose an image or a machine that fits.`,
    });
    assert.equal(servers[1].repositories.size, 0);
  });

  it("names the platform of a single image that does not fit", async () => {
    await pushImage(source, "library/app", { platform: "linux/arm64", layers: ["a"] }, "1");
    await assert.rejects(copy("app:1"), {
      message: `Image ${source.address}/library/app:1 is made for linux/arm64, and linux/amd64 is wanted: choose an image or a machine that fits.`,
    });
    assert.equal((await copy("app:1", { platform: "aarch64" })).platform, "linux/arm64");
  });

  it("refuses by name what is no image that can run", async () => {
    const config = await source.putBytes("library/app", bytes("{}"));
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const artifact = loose({ schemaVersion: 2, mediaType, config: { mediaType: "x/y", ...config }, layers: [] });
    await source.putManifest("library/app", "artifact", { mediaType, bytes: artifact });
    await assert.rejects(copy("app:artifact"), /library\/app:artifact names no platform .* not an image that can run/);
    const old = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    await source.putManifest("library/app", "old", { mediaType: old, bytes: loose({ schemaVersion: 1 }) });
    await assert.rejects(copy("app:old"), /library\/app:old has a manifest of kind .*v1\+prettyjws/);
    await source.putManifest("library/app", "bad", { mediaType, bytes: loose({ config }) });
    await assert.rejects(
      copy("app:bad"),
      /library\/app:bad has a malformed manifest: its configuration cannot be read/,
    );
    await assert.rejects(copy("app:none"), /library\/app:none is not in its registry/);
  });

  it("goes on where it broke off", async () => {
    const layers = ["one", "two", "three", "four", "five"];
    const digest = await pushImage(source, "library/app", { platform: "linux/amd64", layers }, "1");
    for (const [side, method, how] of [
      [1, "PATCH", "reset"],
      [0, "GET", "reset"],
      [1, "PUT", { status: 500 }],
      [0, "GET", "cut"],
    ] as const) {
      fail(side, { method, how, path: side === 0 ? /blobs\/sha256/ : /blobs/, times: 9 });
      await assert.rejects(copy("app:1"));
      assert.equal(await target.headManifest("demo/app", digest), undefined, "an image is never there in part");
      servers[side].faults.length = 0;
    }
    fail(1, { method: "PUT", how: "reset", path: /manifests/, times: 9 });
    await assert.rejects(copy("app:1"), /broke while trying to write the manifest/);
    servers[1].faults.length = 0;
    const before = servers[1].count(/^PATCH/);
    assert.equal((await copy("app:1")).digest, digest);
    assert.equal(servers[1].count(/^PATCH/), before, "every blob was there by then");
  });

  it("takes no wrong byte for a right one", async () => {
    await pushImage(source, "library/app", { platform: "linux/amd64", layers: ["layer"] }, "1");
    const layer = digestOf(bytes("layer"));
    fail(0, { method: "GET", how: "corrupt", path: new RegExp(layer), times: 9 });
    await assert.rejects(copy("app:1"), new RegExp(`${source.address} delivered a blob with digest .* where ${layer}`));
    assert.ok(!servers[1].repositories.get("demo/app")?.blobs.has(layer));
  });

  it("transfers a layer once, however many images with it are copied at a time", async () => {
    const spec = (own: string): { platform: string; layers: string[] } => ({
      platform: "linux/amd64",
      layers: ["base", own],
    });
    for (const name of ["a", "b", "c"]) await pushImage(source, `library/${name}`, spec(name), "1");
    const states: string[] = [];
    await Promise.all(
      ["a", "b", "c", "a"].map((name) =>
        copy(`${name}:1`, { repository: `demo/${name}`, onProgress: ({ state }) => states.push(state) }),
      ),
    );
    // The base and the one configuration that they share, and a layer of each one's own.
    assert.equal(servers[1].count(/^PATCH/), 5);
    assert.equal(states.filter((state) => state === "copied").length, 5);
    assert.equal(states.filter((state) => state === "mounted").length, 4);
    assert.equal(states.filter((state) => state === "present").length, 3);
  });

  it("mounts within one registry instead of transferring", async () => {
    await pushImage(target, "mirror/app", { platform: "linux/amd64", layers: ["layer"] }, "1");
    source = target;
    const before = servers[1].count(/^PATCH/);
    await copy(`${target.address}/mirror/app:1`);
    assert.equal(servers[1].count(/^PATCH/), before);
  });

  it("asks nothing of the source for a digest that was copied before", async () => {
    const digest = await pushImage(source, "library/app", { platform: "linux/amd64", layers: ["layer"] }, "1");
    await copy("app:1");
    await servers[0].stop();
    assert.equal((await copy(`app@${digest}`, { tag: "again" })).digest, digest);
    assert.deepEqual(await target.listTags("demo/app"), ["again"]);
    await assert.rejects(copy(`app@${digest}`, { platform: "linux/arm64" }), /is made for linux\/amd64/);
  });

  it("leaves Windows' base layers to whoever runs them", async () => {
    const config = await source.putBytes("library/win", loose({ os: "windows", architecture: "amd64" }));
    const base = await source.putBytes("library/win", bytes("base"));
    const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
    const layers = [{ mediaType: "x/foreign", ...base, urls: ["https://example.com/base"] }];
    const manifest = loose({ schemaVersion: 2, mediaType, config: { mediaType: "x/config", ...config }, layers });
    await source.putManifest("library/win", "1", { mediaType, bytes: manifest });
    servers[1].repository("demo/app").blobs.add(base.digest);
    await copy("win:1", { platform: "windows/amd64" });
    assert.equal(servers[0].count(new RegExp(`^GET .*${base.digest}`)), 0);
  });
});

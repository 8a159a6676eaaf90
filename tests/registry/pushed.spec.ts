import assert from "node:assert/strict";
import { Registry } from "../../registry/client/registry";
import { copyIndex } from "../../registry/client/copyIndex";
import { partsOf } from "../../registry/client/indexes";
import { dropIndex, singleOut } from "../../registry/pushed";
import { loose, pushImage, pushIndex, type ImageSpec } from "./images";
import { TestRegistry } from "./fakeRegistry";

const amd: ImageSpec = { platform: "linux/amd64", layers: ["base", "amd"] };
const arm: ImageSpec = { platform: "linux/arm64", layers: ["base", "arm"] };
const indexType = "application/vnd.oci.image.index.v1+json";

describe("what a builder pushed", () => {
  let server: TestRegistry;
  let registry: Registry;
  const start = async (options = {}): Promise<void> => {
    server = await TestRegistry.start(options);
    registry = new Registry(server.address, undefined, { retries: [1] });
  };
  const manifests = (): string[] => [...server.repository("shop/web").manifests.keys()].sort();
  const pushed = (tag = "t", specs = [amd]): Promise<string> => pushIndex(registry, "shop/web", tag, specs);
  const single = (tag = "t", platform = "linux/amd64"): ReturnType<typeof singleOut> =>
    singleOut(registry, "shop/web", tag, platform);

  beforeEach(() => start());
  afterEach(() => server.stop());

  it("stays as it is where it is a single image, whatever platform that names", async () => {
    const digest = await pushImage(registry, "shop/web", arm, "t");
    server.calls.length = 0;
    assert.deepEqual(await single(), { digest });
    assert.deepEqual(server.calls, ["HEAD /v2/shop/web/manifests/t"]);
  });

  it("is the platform's own manifest where it is an index, and the tag is that one's", async () => {
    const digest = await pushImage(registry, "shop/web", amd);
    const index = await pushed();
    assert.notEqual(index, digest);
    assert.deepEqual(await single(), { digest, index });
    assert.deepEqual(await registry.headManifest("shop/web", "t"), {
      digest,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
    });
  });

  it("is the one that fits best of several, as of an image that was built by hand", async () => {
    const v6 = await pushImage(registry, "shop/web", { platform: "linux/arm/v6", layers: ["6"] });
    await pushed("t", [amd, { platform: "linux/arm/v6", layers: ["6"] }, { platform: "linux/arm/v7", layers: ["7"] }]);
    assert.equal((await single("t", "linux/arm/v6")).digest, v6);
  });

  it("is the only one there is, which its Dockerfile may have made for another platform", async () => {
    const digest = await pushImage(registry, "shop/web", arm);
    await pushed("t", [arm]);
    assert.equal((await single()).digest, digest);
  });

  it("is refused by name where none of several fits, or there is none", async () => {
    await pushed("t", [arm, { platform: "linux/arm/v7", layers: [] }]);
    await assert.rejects(single(), {
      message: `Image ${server.address}/shop/web:t has no image for linux/amd64, only for linux/arm/v7, linux/arm64: choose an image or a machine that fits.`,
    });
    await pushed("empty", []);
    await assert.rejects(single("empty"), /shop\/web:empty has no image for linux\/amd64, only for none/);
    await assert.rejects(single("other"), /shop\/web:other is not in its registry/);
  });

  it("has the same digest whatever was noted beside it", async () => {
    await pushed();
    const { digest, index } = await single();
    const bytes = await registry.getManifest("shop/web", index ?? "");
    const { manifests: listed } = JSON.parse(new TextDecoder().decode(bytes.bytes)) as {
      manifests: { annotations?: object }[];
    };
    const noted = listed.map((one, age) => ({ ...one, annotations: { age: String(age) } }));
    await registry.putManifest("shop/web", "t", {
      mediaType: indexType,
      bytes: loose({ schemaVersion: 2, mediaType: indexType, manifests: noted }),
    });
    const again = await single();
    assert.notEqual(again.index, index);
    assert.equal(again.digest, digest);
  });

  it("leaves nothing but the image behind", async () => {
    await pushed();
    const { digest, index = "" } = await single();
    assert.equal(manifests().length, 3);
    await dropIndex(registry, "shop/web", index);
    assert.deepEqual(manifests(), [digest]);
    await dropIndex(registry, "shop/web", index);
    assert.deepEqual(manifests(), [digest]);
  });

  it("stays where another tag names the index, as that of a release does", async () => {
    const index = await pushed("v1");
    await pushed();
    const before = manifests();
    await dropIndex(registry, "shop/web", (await single()).index ?? "");
    assert.deepEqual(manifests(), before);
    assert.equal((await registry.headManifest("shop/web", "v1"))?.digest, index);
  });

  it("leaves what the index of another tag shares with it", async () => {
    await pushed("v1", [amd, arm]);
    const kept = manifests();
    await pushed("t", [amd, { platform: "linux/arm/v7", layers: ["7"] }]);
    await dropIndex(registry, "shop/web", (await single()).index ?? "");
    assert.deepEqual(manifests(), kept);
  });

  for (const deletion of ["none", "unlisted"] as const) {
    it(`is no failure in a registry that deletes ${deletion === "none" ? "nothing" : "nothing that an index lists"}`, async () => {
      await server.stop();
      await start({ deletion });
      await pushed();
      const { digest, index = "" } = await single();
      await dropIndex(registry, "shop/web", index);
      assert.deepEqual(manifests().length, deletion === "none" ? 3 : 1);
      assert.ok(await registry.headManifest("shop/web", digest));
    });
  }
});

describe("copying an index as a whole", () => {
  let servers: [TestRegistry, TestRegistry];
  let [source, target] = [] as unknown as [Registry, Registry];
  const place = (registry: Registry) => ({ registry, repository: "shop/web" });
  const copy = async (digest: string): Promise<void> =>
    copyIndex(await source.getManifest("shop/web", digest), "Image web", place(source), place(target));

  beforeEach(async () => {
    servers = [await TestRegistry.start(), await TestRegistry.start()];
    [source, target] = servers.map(({ address }) => new Registry(address, undefined, { retries: [1] })) as [
      Registry,
      Registry,
    ];
  });
  afterEach(() => Promise.all(servers.map((server) => server.stop())));

  it("keeps its digest, and those of all that it lists", async () => {
    const digest = await pushIndex(source, "shop/web", "t", [amd, arm]);
    await copy(digest);
    const all = [digest, ...(await partsOf(source, "shop/web", digest))];
    assert.equal(all.length, 4);
    for (const one of all) {
      assert.deepEqual(await target.getManifest("shop/web", one), await source.getManifest("shop/web", one));
    }
  });

  it("transfers nothing twice that two indexes share, and goes on where it broke off", async () => {
    const [first, second] = [
      await pushIndex(source, "shop/web", "1", [amd]),
      await pushIndex(source, "shop/web", "2", [amd, arm]),
    ];
    await copy(first);
    servers[1].calls.length = 0;
    servers[1].faults.push({ method: "PUT", path: /manifests/, times: 9, how: { status: 400, body: "{}" } });
    await assert.rejects(copy(second));
    servers[1].faults.length = 0;
    await copy(second);
    // The configuration and the one layer of the second platform that the first has not.
    assert.equal(servers[1].count(/^POST .*uploads/), 2);
    assert.ok(await target.headManifest("shop/web", second));
  });

  it("takes an index within an index along", async () => {
    const inner = await source.getManifest("shop/web", await pushIndex(source, "shop/web", "1", [amd]));
    const listed = { mediaType: inner.mediaType, digest: inner.digest, size: inner.bytes.byteLength };
    const bytes = loose({ schemaVersion: 2, mediaType: indexType, manifests: [listed] });
    const outer = await source.putManifest("shop/web", "2", { mediaType: indexType, bytes });
    assert.equal((await partsOf(source, "shop/web", outer)).length, 3);
    await copy(outer);
    assert.ok(await target.headManifest("shop/web", outer));
  });

  it("names what is not there any more", async () => {
    const digest = await pushIndex(source, "shop/web", "t", [amd, arm]);
    const [lost = ""] = await partsOf(source, "shop/web", digest);
    await source.deleteManifest("shop/web", lost);
    await assert.rejects(
      copy(digest),
      new RegExp(`^Error: Image web lists ${lost}, which is not in the registry .* any more`),
    );
    assert.equal(await target.headManifest("shop/web", digest), undefined);
  });
});

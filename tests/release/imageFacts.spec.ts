import assert from "node:assert/strict";
import { Registry } from "../../registry/client/registry";
import { factsOfConfig, readImageFacts } from "../../registry/client/imageFacts";
import { parsePlatform } from "../../registry/client/platform";
import { factsOfImages } from "../../release/imageFacts";
import type { ImagePlan } from "../../release/images";
import { pushImage, pushIndex } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";

const machine = parsePlatform("linux/amd64");
const platform = "linux/amd64";
const brings = (volume: string): object => ({ Volumes: { [volume]: {} } });

describe("what an image brings", () => {
  let servers: [TestRegistry, TestRegistry];
  let own: Registry;
  let source: Registry;

  const plan = (more: Partial<ImagePlan> = {}): ImagePlan => ({
    name: "redis:7",
    services: ["cache", "queue"],
    repository: "shop/redis",
    tag: "7",
    platform,
    from: { kind: "copy", reference: "redis:7", always: false },
    ...more,
  });
  const facts = (plans: ImagePlan[], registry: Registry | undefined = own) =>
    factsOfImages(plans, registry, { of: () => source });

  beforeEach(async () => {
    servers = [await TestRegistry.start(), await TestRegistry.start()];
    own = new Registry(servers[0].address, undefined, { retries: [], answer: 2000 });
    source = new Registry(servers[1].address, undefined, { retries: [], answer: 2000 });
  });
  afterEach(() => Promise.all(servers.map((server) => server.stop())));

  it("is read from its configuration, of an index from that of the machine's platform", async () => {
    const check = { Test: ["CMD-SHELL", "exit 0"], Interval: 5e9 };
    const digest = await pushImage(own, "shop/redis", {
      platform,
      layers: ["a"],
      config: { Volumes: { "/b": {}, "/a": {} }, Healthcheck: check },
    });
    assert.deepEqual(await readImageFacts(own, "shop/redis", digest, machine), {
      volumes: ["/a", "/b"],
      healthcheck: check,
    });
    await pushIndex(own, "shop/redis", "8", [
      { platform: "linux/arm64", layers: ["a"], config: brings("/arm") },
      { platform, layers: ["b"], docker: true, config: brings("/amd") },
    ]);
    assert.deepEqual(await readImageFacts(own, "shop/redis", "8", machine), { volumes: ["/amd"] });
  });

  it("is nothing where the configuration says nothing, or switches a check off", () => {
    for (const document of [undefined, null, {}, { config: null }, { config: { Volumes: null, Healthcheck: null } }]) {
      assert.deepEqual(factsOfConfig(document), { volumes: [] });
    }
    for (const Test of [["NONE"], [], null]) {
      assert.deepEqual(factsOfConfig({ config: { Healthcheck: { Test } } }), { volumes: [] });
    }
  });

  it("is read from the stage's own copy, once there is one, and else from where that will come from", async () => {
    await pushImage(source, "library/redis", { platform, layers: ["a"], config: brings("/source") }, "7");
    const fromSource = { volumes: ["/source"] };
    assert.deepEqual(await facts([plan()]), { cache: fromSource, queue: fromSource });
    await pushImage(own, "shop/redis", { platform, layers: ["a"], config: brings("/own") }, "7");
    const fromOwn = { volumes: ["/own"] };
    assert.deepEqual(await facts([plan()]), { cache: fromOwn, queue: fromOwn });
    assert.deepEqual((await factsOfImages([plan()], undefined, { of: () => source }))["cache"], fromSource);
  });

  it("is read of the digest that a followed tag has now, though an older copy is there", async () => {
    await pushImage(own, "shop/redis", { platform, layers: ["a"], config: brings("/old") }, "7");
    const seen = await pushImage(source, "library/redis", { platform, layers: ["b"], config: brings("/new") }, "7");
    const followed = plan({ from: { kind: "copy", reference: "redis:7", always: true, seen } });
    assert.deepEqual((await facts([followed]))["cache"], { volumes: ["/new"] });
  });

  it("is not known of an image that is built, or that no registry has, and stops nothing", async () => {
    const build = {
      context: ".",
      args: {},
      platform,
      labels: {},
      cacheFrom: [],
      extraHosts: [],
      additionalContexts: {},
      noCache: false,
      pull: false,
    };
    const built = plan({ name: "web", services: ["web"], from: { kind: "build", files: [], contexts: [], build } });
    assert.deepEqual(await facts([built, plan()]), { web: undefined, cache: undefined, queue: undefined });
    await servers[0].stop();
    await servers[1].stop();
    assert.deepEqual(await facts([plan()]), { cache: undefined, queue: undefined });
  });
});

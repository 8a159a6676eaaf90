import assert from "node:assert/strict";
import { Registry } from "../../registry/client/registry";
import { formerlyTagged } from "../../release/formerTag";
import { TestRegistry } from "../registry/fakeRegistry";
import { pushImage } from "../registry/images";

const tag = "0123456789abcdef".repeat(4);
const former = tag.slice(0, 20);
const repository = "shop/web";

describe("an image under the shorter tag of before", () => {
  let server: TestRegistry;
  let registry: Registry;

  beforeEach(async () => {
    server = await TestRegistry.start();
    registry = new Registry(server.address, undefined, { retries: [1] });
  });
  afterEach(() => server.stop());

  const push = (layer: string): Promise<string> =>
    pushImage(registry, repository, { platform: "linux/amd64", layers: [layer] }, former);
  const find = (digest?: string): Promise<string | undefined> => formerlyTagged(registry, repository, tag, digest);

  it("keeps its digest where the step made it, and gets the whole tag", async () => {
    const digest = await push("web");
    assert.equal(await find(digest), digest);
    assert.equal((await registry.headManifest(repository, tag))?.digest, digest);
  });

  it("counts for nothing where somebody else put it there, or the state knows of none", async () => {
    const digest = await push("web");
    await push("evil");
    assert.equal(await find(digest), undefined);
    assert.equal(await find(), undefined);
    assert.equal(await registry.headManifest(repository, tag), undefined);
  });

  it("is none where nothing was there", async () => {
    assert.equal(await find(`sha256:${"0".repeat(64)}`), undefined);
  });
});

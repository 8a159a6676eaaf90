import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Registry } from "../../registry/client/registry";
import { pushImage, pushIndex } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";
import { root } from "./steps";

describe("an image that stands in for a public one", () => {
  let server: TestRegistry;
  let registry: Registry;

  beforeEach(async () => {
    server = await TestRegistry.start();
    registry = new Registry(server.address);
  });
  afterEach(() => server.stop());

  /** @returns the exit code */
  const index = async (verb: string): Promise<number> => {
    const program = join(root, "tests", "standins", "steps", "index.mjs");
    const args = [program, verb, `${server.address}/library/web`, "mark", "1"];
    const [code] = (await once(spawn(process.execPath, args), "close")) as [number];
    return code;
  };
  const image = { platform: "linux/arm64", layers: ["a"] };

  /** What an Engine pushes under the mark, and the digest of the image that it is about. */
  const pushes: [string, () => Promise<string>][] = [
    ["an image of Docker's schema 2", () => pushImage(registry, "library/web", { ...image, docker: true }, "mark")],
    ["an image of the OCI's", () => pushImage(registry, "library/web", image, "mark")],
    [
      "an index with notes on the build",
      async () => {
        const digest = await pushImage(registry, "library/web", image);
        await pushIndex(registry, "library/web", "mark", [image]);
        return digest;
      },
    ],
  ];
  for (const [what, push] of pushes) {
    it(`is offered under an index where the Engine pushed ${what}`, async () => {
      const digest = await push();
      assert.equal(await index("has"), 1);
      assert.equal(await index("wrap"), 0);
      assert.equal(await index("has"), 0);
      const { mediaType, bytes } = await registry.getManifest("library/web", "1");
      assert.equal(mediaType, "application/vnd.oci.image.index.v1+json");
      const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as { manifests: Record<string, unknown>[] };
      const { mediaType: kind } = await registry.getManifest("library/web", digest);
      assert.deepEqual(
        manifests.map(({ mediaType, digest, platform }) => ({ mediaType, digest, platform })),
        [{ mediaType: kind, digest, platform: { os: "linux", architecture: "arm64" } }],
      );
    });
  }

  it("is none where the registry has nothing under the mark, or another image by now", async () => {
    assert.notEqual(await index("wrap"), 0);
    await pushImage(registry, "library/web", image, "mark");
    await index("wrap");
    await pushImage(registry, "library/web", { ...image, layers: ["b"] }, "mark");
    assert.equal(await index("has"), 1);
  });
});

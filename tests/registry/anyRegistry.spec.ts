import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { Registry } from "../../registry/client/registry";
import { type CopiedImage, copyImage } from "../../registry/client/copy";
import { copyIndex } from "../../registry/client/copyIndex";
import { partsOf } from "../../registry/client/indexes";
import { parsePlatform } from "../../registry/client/platform";
import { singleOut } from "../../registry/pushed";
import { parseReference } from "../../registry/client/reference";
import { Ledger } from "../../release/ledger";
import { type Release } from "../../release/record";
import { partsIn, plan, prune } from "../../release/retention";
import { DockerRegistry } from "./dockerRegistry";
import { pushImage, pushIndex } from "./images";
import { TestRegistry } from "./fakeRegistry";

interface AnyRegistry {
  readonly address: string;
  stop(): Promise<void>;
  collectGarbage?(): Promise<void>;
  /** Bytes on disk. */
  size?(): Promise<number>;
}

const kinds: [name: string, start: () => Promise<AnyRegistry>, lacking: string | undefined][] = [
  ["the tests' own registry", () => TestRegistry.start(), undefined],
  ["Docker's registry 2.8", () => DockerRegistry.start(), DockerRegistry.lacking()],
];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

for (const [kind, start, lacking] of kinds) {
  describe(lacking ? `with ${kind}, pending: ${lacking}` : `with ${kind}`, () => {
    let from: AnyRegistry | undefined;
    let to: AnyRegistry | undefined;
    let source: Registry;
    let target: Registry;
    const copy = (reference: string, repository: string, tag?: string): Promise<CopiedImage> =>
      copyImage({
        from: { reference: parseReference(reference), registry: source },
        to: { registry: target, repository, ...(tag === undefined ? {} : { tag }) },
        platform: parsePlatform("linux/amd64"),
      });

    before(async function () {
      if (lacking) this.skip();
      this.timeout(30_000);
      from = await start();
      to = await start();
      source = new Registry(from.address);
      target = new Registry(to.address);
    });
    after(async () => {
      await from?.stop();
      await to?.stop();
    });

    it("copies the wanted platform's own manifest out of an index, byte for byte", async () => {
      const wanted = { platform: "linux/amd64", layers: ["amd"] };
      await pushIndex(source, "library/many", "1", [{ platform: "linux/arm64", layers: ["arm"] }, wanted]);
      const digest = await pushImage(source, "library/many", wanted);
      assert.deepEqual(await copy("many:1", "demo/many", "1"), {
        digest,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        platform: "linux/amd64",
      });
      for (const reference of [digest, "1"]) {
        const there = await target.getManifest("demo/many", reference);
        assert.deepEqual(there, await source.getManifest("library/many", digest));
      }
    });

    it("copies a single image of Docker's schema 2 byte for byte", async () => {
      const spec = { platform: "linux/amd64", layers: ["a", "", "b"], docker: true };
      const digest = await pushImage(source, "library/single", spec, "1");
      assert.equal((await copy("single:1", "demo/single")).digest, digest);
      assert.deepEqual(
        await target.getManifest("demo/single", digest),
        await source.getManifest("library/single", "1"),
      );
    });

    it("copies an index whole where a release names it, since a registry takes none of which it lacks a part", async () => {
      const digest = await pushIndex(source, "whole/app", "1", [{ platform: "linux/amd64", layers: ["whole"] }]);
      const index = await source.getManifest("whole/app", digest);
      await assert.rejects(target.putManifest("whole/app", digest, index));
      await copyIndex(
        index,
        "app",
        { registry: source, repository: "whole/app" },
        { registry: target, repository: "whole/app" },
      );
      for (const one of [digest, ...(await partsOf(target, "whole/app", digest))]) {
        assert.deepEqual(await target.getManifest("whole/app", one), await source.getManifest("whole/app", one));
      }
    });

    it("converges when the same images are copied many times at once, by several clients", async () => {
      for (const name of ["a", "b", "c"]) {
        await pushImage(source, `library/${name}`, { platform: "linux/amd64", layers: ["base", name] }, "1");
      }
      const mine = target;
      const others = [mine, new Registry(mine.address), new Registry(mine.address)];
      const copies = others.flatMap((registry) => {
        target = registry;
        return ["a", "b", "c"].map((name) => copy(`${name}:1`, `demo/${name}`, "1"));
      });
      target = mine;
      const digests = (await Promise.all(copies)).map(({ digest }) => digest);
      assert.equal(new Set(digests).size, 3);
      assert.deepEqual(digests.slice(0, 3), digests.slice(6));
    });

    it("streams a layer of 300 MB without holding it", async function () {
      this.timeout(60_000);
      const size = 300 * 2 ** 20;
      const hash = createHash("sha256");
      for await (const chunk of zeros(size)) hash.update(chunk);
      const layer = { digest: `sha256:${hash.digest("hex")}`, size };
      if (from instanceof TestRegistry) from.addZeros("library/large", layer.digest, size);
      else await source.putBlob("library/large", layer, () => zeros(size));
      const digest = await pushImage(source, "library/large", { platform: "linux/amd64", layers: [layer] }, "1");

      const before = process.memoryUsage().rss;
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      const copied = await copy("large:1", "demo/large").finally(() => clearInterval(watch));
      assert.equal(copied.digest, digest);
      assert.ok(await target.hasBlob("demo/large", layer.digest));
      const grown = Math.round((most - before) / 2 ** 20);
      assert.ok(grown < 100, `memory grew by ${grown} MB while 300 MB were copied`);
    });

    it("keeps a ledger, and removes from it what retention lets go", async function () {
      this.timeout(30_000);
      const ledger = new Ledger(target, "shop");
      const releases: Release[] = [];
      for (const age of [1, 2, 3]) {
        const web = await pushImage(
          target,
          "shop/web",
          { platform: "linux/amd64", layers: ["base", `web ${age}`] },
          `content${age}`,
        );
        const db = await pushImage(target, "shop/db", { platform: "linux/amd64", layers: ["base", "db"] }, "16");
        releases.push(release(age, { web, db }));
      }
      for (const one of releases) await ledger.record(one);
      await ledger.appendRun("staging", {
        release: "v3-20260103-000000",
        at: "2026-01-03T00:00:00Z",
        by: "me",
        kind: "staging",
      });
      const decided = plan({
        releases: await ledger.records(),
        histories: { staging: await ledger.history("staging") },
        pins: [],
        keep: 2,
      });
      assert.deepEqual(decided.remove, ["v1-20260101-000000"]);
      assert.deepEqual(await prune(ledger, decided), { removed: ["v1-20260101-000000"], notes: [] });
      await to?.collectGarbage?.();

      const [, second, third] = releases;
      assert.deepEqual(
        (await ledger.list()).map(({ name }) => name),
        [third?.name, second?.name],
      );
      for (const one of [second, third]) {
        assert.ok(one);
        assert.deepEqual(await ledger.read(one.name), one);
        assert.deepEqual(await ledger.missing(one), []);
        for (const { repository, digest } of Object.values(one.images)) {
          const { layers } = JSON.parse(
            new TextDecoder().decode((await target.getManifest(repository, digest)).bytes),
          ) as { layers: { digest: string }[] };
          for (const layer of layers) await target.readBlob(repository, layer);
        }
      }
      assert.equal((await ledger.history("staging")).length, 1);
      assert.equal(await target.headManifest("shop/web", releases[0]?.images["web"]?.digest ?? ""), undefined);
      await assert.rejects(ledger.find("v1-20260101-000000"), /holds no release v1-20260101-000000/);
    });

    it("gives the space of indexes back, and keeps what two of them share", async function () {
      this.timeout(60_000);
      const ledger = new Ledger(target, "indexes");
      const layer = randomBytes(200_000).toString("hex");
      const releases: Release[] = [];
      for (const age of [1, 2, 3]) {
        const own = { platform: "linux/arm64", layers: ["base", randomBytes(500_000).toString("hex")] };
        const shared = { platform: "linux/amd64", layers: [layer] };
        const web = await pushIndex(target, "indexes/web", `built${age}`, age < 3 ? [shared, own] : [shared]);
        // As a build by this version of the same content does: the tag is that of the image itself.
        if (age === 3)
          releases.push(
            release(age, { web: (await singleOut(target, "indexes/web", "built3", "linux/amd64")).digest }),
          );
        else releases.push(release(age, { web }));
      }
      const [first, second, third] = releases.map((one) => ({ ...one, images: inProject("indexes", one.images) }));
      for (const one of [first, second, third]) await ledger.record(one as Release);

      const sizes = [await to?.size?.()];
      for (const pin of [second, third]) {
        const records = await ledger.records();
        const rule = { releases: records, histories: {}, pins: [pin?.name ?? ""], keep: 1 };
        const decided = plan({ ...rule, parts: await partsIn(target, records) });
        assert.deepEqual((await prune(ledger, decided)).notes, []);
        await to?.collectGarbage?.();
        sizes.push(await to?.size?.());
        for (const kept of await ledger.records()) {
          const { digest } = kept.images["web"] ?? assert.fail();
          const [image = digest] = await partsOf(target, "indexes/web", digest);
          const { layers } = JSON.parse(
            new TextDecoder().decode((await target.getManifest("indexes/web", image)).bytes),
          ) as { layers: { digest: string }[] };
          for (const one of layers) await target.readBlob("indexes/web", one);
        }
      }
      assert.deepEqual(
        (await ledger.list()).map(({ name }) => name),
        [third?.name],
      );
      const [before, between, after] = sizes;
      if (before === undefined || between === undefined || after === undefined) return;
      for (const gone of [before - between, between - after]) {
        assert.ok(
          gone > 900_000 && gone < 1_100_000,
          `${gone} bytes came back where about 1,000,000 were of no use any more`,
        );
      }
    });
  });
}

function release(age: number, digests: Record<string, string>): Release {
  const images = Object.entries(digests).map(([service, digest]) => [
    service,
    { repository: `shop/${service}`, digest, platform: "linux/amd64" },
  ]);
  return {
    name: `v${age}-2026010${age}-000000`,
    commit: `${age}`.repeat(40),
    dirty: false,
    createdAt: `2026-01-0${age}T00:00:00.000Z`,
    compose: ["compose.yaml"],
    files: {
      "compose.yaml": bytes("services: {}\n"),
      "etc/empty": new Uint8Array(),
      "etc/größe ☂.conf": bytes("ünï\r\n"),
      "etc/key.p12": new Uint8Array([0xff, 0xfe, 0, 0x80, 10]),
    },
    images: Object.fromEntries(images),
    buildArgs: { web: { LEVEL: "3" } },
    executable: ["etc/empty"],
  };
}

function inProject(project: string, images: Release["images"]): Release["images"] {
  return Object.fromEntries(
    Object.entries(images).map(([service, image]) => [service, { ...image, repository: `${project}/${service}` }]),
  );
}

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < size; sent += piece.byteLength)
    yield piece.subarray(0, Math.min(piece.byteLength, size - sent));
}

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { copyImage } from "../../registry/client/copy";
import { Registry } from "../../registry/client/registry";
import { parsePlatform } from "../../registry/client/platform";
import { documents, documentsOf, layerOf, planBundles, tagOf } from "../../release/bundles";
import { filesIn } from "../../release/bundleTar";
import { contentKey } from "../../release/content";
import { Hashes } from "../../release/hashes";
import { Ledger } from "../../release/ledger";
import type { Bundle, Release } from "../../release/record";
import { plan, prune } from "../../release/retention";
import { bring } from "../../steps/copyRelease";
import { bundle } from "../../steps/bundle";
import { DockerRegistry } from "../registry/dockerRegistry";
import { signed, signingKey } from "../release/signing/key";
import { pushImage } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";
import { Folder } from "../release/folder";

interface AnyRegistry {
  readonly address: string;
  stop(): Promise<void>;
  collectGarbage?(): Promise<void>;
}

const kinds: [name: string, start: () => Promise<AnyRegistry>, lacking: string | undefined][] = [
  ["the tests' own registry", () => TestRegistry.start(), undefined],
  ["Docker's registry 2.8", () => DockerRegistry.start(), DockerRegistry.lacking()],
];
const repository = "shop/mounted-files";
const platform = "linux/amd64";
const silent = (): void => undefined;

for (const [kind, start, lacking] of kinds) {
  (lacking ? describe.skip : describe)(`bundled files, with ${kind}${lacking ? `, pending: ${lacking}` : ""}`, () => {
    let folder: Folder;
    let server: AnyRegistry;
    let registry: Registry;

    beforeEach(async () => {
      folder = new Folder();
      server = await start();
      registry = new Registry(server.address, undefined, { retries: [1] });
    });
    afterEach(async () => {
      folder.remove();
      await server.stop();
    });

    const planned = (id: string) => {
      const [one] = planBundles(folder.path, [id], new Hashes()).bundles;
      assert.ok(one);
      return one;
    };
    /** Puts what lies at a path into the registry, as the update of a stage does. */
    const put = async (id: string): Promise<Bundle> => {
      const { key, tag, size } = planned(id);
      const input = { registry: { address: server.address }, repository, tag, id, platform, key: signingKey };
      const { digest } = await bundle(input, silent, folder.path);
      return { repository, digest, platform, key, size };
    };
    it("holds nothing that came to lie outside of the work tree after the preview", async () => {
      using outside = new Folder();
      outside.write({ "data/film": "f".repeat(300_000) });
      folder.write({ "data/film": "f".repeat(300_000) });
      const { tag } = planned("data");
      rmSync(folder.at("data"), { recursive: true });
      symlinkSync(outside.at("data"), folder.at("data"));
      const input = { registry: { address: server.address }, repository, tag, id: "data", platform, key: signingKey };
      await assert.rejects(bundle(input, silent, folder.path), /data leads to \S+, outside of the project's folder/);
    });

    const release = async (name: string, hour: number, bundles?: Release["bundles"]): Promise<Release> => {
      const web = await pushImage(registry, "shop/web", { platform, layers: ["web"] }, "content");
      return {
        name,
        commit: "1a2b3c4",
        dirty: false,
        createdAt: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
        compose: ["compose.yaml"],
        files: { "compose.yaml": new TextEncoder().encode("services: {}\n") },
        images: { web: { repository: "shop/web", digest: web, platform } },
        buildArgs: {},
        ...(bundles ? { bundles } : {}),
      };
    };

    /** The bundle `media`, as the step gets it. */
    const bundled = (tag: string): Parameters<typeof bundle>[0] => ({
      registry: { address: server.address },
      repository,
      tag,
      id: "media",
      platform,
      key: signingKey,
    });

    it("are an image that runs nothing and is as large as its files, put there once", async () => {
      const film = randomBytes(3_000_000);
      writeFileSync(folder.write({ "media/a": "a" }).at("media/film"), film);
      const said: string[] = [];
      const { tag } = planned("media");
      const input = bundled(tag);
      const { digest } = await bundle(input, (line) => said.push(line), folder.path);
      assert.match(said.join("\n"), /uploading 3 MB/);
      assert.deepEqual(await bundle(input, (line) => said.push(line), folder.path), { digest, tag });
      assert.match(said.at(-1) ?? "", /has these files already/);
      const layer = await layerOf(registry, repository, digest);
      assert.ok(layer.size < film.length + 20_000);
      const files = await filesIn(registry.streamBlob(repository, layer));
      assert.deepEqual(Object.keys(files), ["a", "film"]);
      assert.ok(film.equals(files["film"] ?? new Uint8Array()));
    });

    it("are not what the preview saw where one of them changed since", async () => {
      folder.write({ "media/a": "a", "media/b": "b" });
      const { tag } = planned("media");
      const input = bundled(tag);
      folder.write({ "media/a": "c" });
      await assert.rejects(
        bundle(input, silent, folder.path),
        /media is not what the preview saw: run the command again/,
      );
      folder.write({ "media/a": "a", "media/c": "" });
      await assert.rejects(bundle(input, silent, folder.path), /media is not what the preview saw/);
      assert.deepEqual(await registry.listTags(repository), []);
    });

    it("are brought to another registry with their release, and with one of the former format that has none", async () => {
      folder.write({ "media/a": "a" });
      const ledger = new Ledger(registry, "shop");
      const former = await release("v1a2b3c4-20260101-000000", 0);
      const next = await release("v1a2b3c4-20260101-010000", 1, { media: await put("media") });
      await ledger.record(former);
      await ledger.record(next);
      assert.deepEqual(await ledger.read(next.name), next);
      assert.deepEqual(await ledger.read(former.name), former);
      const target = await start();
      try {
        const [record, earlier] = [await signed(ledger, next.name), await signed(ledger, former.name)];
        const before = { name: former.name, record: earlier };
        const input = { project: "shop", stage: "production", release: next.name, record, before, key: signingKey };
        const places = { registry: { address: target.address }, from: { address: server.address } };
        assert.deepEqual((await bring({ ...input, ...places }, silent)).releases, [next.name, former.name]);
        const there = new Registry(target.address);
        assert.deepEqual(await new Ledger(there, "shop").missing(next), []);
        const layer = await layerOf(there, repository, next.bundles?.["media"]?.digest ?? "none");
        assert.deepEqual(Object.keys(await filesIn(there.streamBlob(repository, layer))), ["a"]);
      } finally {
        await target.stop();
      }
    });

    it("are missed by name where the registry lost them", async () => {
      folder.write({ "media/a": "a" });
      const ledger = new Ledger(registry, "shop");
      const one = await release("v1a2b3c4-20260101-000000", 0, { media: await put("media") });
      await registry.deleteManifest(repository, one.bundles?.["media"]?.digest ?? "none");
      await assert.rejects(ledger.record(one), /digest sha256:\w+ of the files media is not in the registry/);
    });

    it("go with the last release that holds them, and their bytes with the next clean-up", async () => {
      folder.write({ "media/a": "first", "conf/x": "x" });
      const ledger = new Ledger(registry, "shop");
      const [first, conf] = [await put("media"), await put("conf")];
      await ledger.record(await release("v1a2b3c4-20260101-000000", 0, { media: first, conf }));
      folder.write({ "media/a": "second" });
      const second = await put("media");
      await ledger.record(await release("v1a2b3c4-20260101-010000", 1, { media: second, conf }));
      const layer = await layerOf(registry, repository, first.digest);
      const decided = plan({ releases: await ledger.records(), histories: {}, pins: [], keep: 1 });
      assert.deepEqual(await prune(ledger, decided), { removed: ["v1a2b3c4-20260101-000000"], notes: [] });
      await server.collectGarbage?.();
      const again = new Registry(server.address);
      assert.equal(await again.headManifest(repository, first.digest), undefined);
      for (const { digest } of [second, conf]) assert.ok(await again.headManifest(repository, digest));
      if (server.collectGarbage) assert.equal(await again.hasBlob(repository, layer.digest), false);
      // A later release with the same files again.
      folder.write({ "media/a": "first" });
      const back = await put("media");
      assert.equal(back.key, first.key);
      assert.ok(await again.headManifest(repository, back.digest));
    });

    it("may be the files that describe the application", async () => {
      const text = `# ${"long ".repeat(100_000)}\nservices: {}\n`;
      folder.write({ "compose.yaml": text, "web.env": "A=1\n" });
      const paths = ["compose.yaml", "web.env"];
      const found = documentsOf(new Map(paths.map((path) => [path, statSync(folder.at(path)).size])), []);
      const tag = tagOf(found, undefined, (path) => sha256(path === "web.env" ? "A=1\n" : text));
      const input = {
        registry: { address: server.address },
        repository,
        tag,
        id: documents,
        paths,
        platform,
        key: signingKey,
      };
      const { digest } = await bundle(input, silent, folder.path);
      const files = await filesIn(registry.streamBlob(repository, await layerOf(registry, repository, digest)));
      assert.equal(Buffer.from(files["compose.yaml"] ?? []).toString(), text);
      appendFileSync(folder.at("web.env"), "B=2\n");
      await assert.rejects(
        bundle({ ...input, tag: "another" }, silent, folder.path),
        /The files that describe the application are not what the preview saw/,
      );
    });

    it("are copied as images are", async () => {
      folder.write({ "media/a": "a" });
      const { digest } = await put("media");
      const copied = await copyImage({
        from: { reference: { registry: server.address, repository, digest }, registry },
        to: { registry, repository: "other/mounted-files" },
        platform: parsePlatform(platform),
      });
      assert.equal(copied.digest, digest);
    });
  });
}

describe("the content of a release with bundles", () => {
  const content = {
    commit: "1a2b3c4",
    dirty: false,
    compose: ["compose.yaml"],
    files: { "compose.yaml": "e30=" },
    images: {},
    buildArgs: {},
  };

  it("has the key of before where there is none, and another for other files in one", () => {
    const former = "964815656578d92da57a439ebb614dde1fc07adece13778b433329123d54cbeb";
    assert.equal(contentKey(content), former);
    assert.equal(contentKey({ ...content, bundles: {} }), former);
    assert.equal(contentKey({ ...content, bundles: { [documents]: { key: "1" } } }), former, "they are its files");
    const keys = [
      ["media", "1"],
      ["media", "2"],
      ["more", "1"],
    ].map(([id = "", key = ""]) => contentKey({ ...content, bundles: { [id]: { key } } }));
    assert.equal(new Set([former, ...keys]).size, 4);
  });
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

import assert from "node:assert/strict";

import { Registry } from "../../registry/client/registry";
import { Ledger } from "../../release/ledger";
import { type Release } from "../../release/record";
import { loose, pushImage } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("the ledger", () => {
  let server: TestRegistry;
  let registry: Registry;
  let ledger: Ledger;
  let web: string;

  beforeEach(async () => {
    server = await TestRegistry.start();
    registry = new Registry(server.address, undefined, { retries: [1] });
    ledger = new Ledger(registry, "shop");
    web = await pushImage(registry, "shop/web", { platform: "linux/amd64", layers: ["web"] }, "content");
  });
  afterEach(() => server.stop());

  const release = (name: string, more: Partial<Release> = {}): Release => ({
    name,
    commit: "1a2b3c4",
    dirty: name.endsWith("-dirty"),
    createdAt: "2026-01-01T00:00:00.000Z",
    compose: ["compose.yaml"],
    files: { "compose.yaml": bytes("services: {}\n") },
    images: { web: { repository: "shop/web", digest: web, platform: "linux/amd64" } },
    buildArgs: {},
    ...more,
  });

  describe("of releases", () => {
    it("gives back what it was given, byte for byte", async () => {
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const one = release("v1-20260101-000000-dirty", {
        compose: ["compose.yaml", "größe ☂/b.yaml"],
        files: {
          "compose.yaml": bytes("services: {}\n"),
          "größe ☂/b.yaml": bytes("x: '☂ ünï'\r\n"),
          "all.bin": all,
          "same.bin": all,
          empty: new Uint8Array(),
          "bom.txt": new Uint8Array([0xef, 0xbb, 0xbf, 65]),
          __proto__2: bytes("1"),
        },
        buildArgs: { web: { A: "", B: "ü" } },
        executable: ["empty"],
      });
      await ledger.record(one);
      assert.deepEqual(await ledger.read(one.name), one);
      const { files: _files, ...record } = one;
      assert.deepEqual(await ledger.find(one.name), record);
      assert.deepEqual(await ledger.records(), [record]);
    });

    it("records a release once, in whatever order its parts are held", async () => {
      const files = { a: bytes("a"), b: bytes("b") };
      await ledger.record(release("v1", { files }));
      const writes = server.count(/^(PUT|POST)/);
      await ledger.record(release("v1", { files: { b: bytes("b"), a: Buffer.from("a") } }));
      assert.equal(server.count(/^(PUT|POST)/), writes);
    });

    it("keeps the record of before of a release whose own files it did not name yet, or named otherwise", async () => {
      const digest = await ledger.record(release("v1"));
      for (const own of [[".env"], []]) assert.equal(await ledger.record(release("v1", { own })), digest);
      const named = await ledger.record(release("v2", { own: [".env"] }));
      assert.notEqual(named, digest);
      assert.deepEqual((await ledger.read("v2")).own, [".env"]);
      assert.equal(await ledger.record(release("v2", { own: ["a.env"] })), named);
      assert.equal(await ledger.record(release("v2")), named);
    });

    it("never changes a release", async () => {
      await ledger.record(release("v1"));
      for (const other of [{ commit: "2" }, { files: { "compose.yaml": bytes("services: {} \n") } }, { compose: [] }]) {
        await assert.rejects(
          ledger.record(release("v1", other)),
          /Release v1 is recorded with other content .*: a release never changes/,
        );
      }
      assert.deepEqual(await ledger.read("v1"), release("v1"));
    });

    it("puts a tag of the release on every image, on the very same manifest", async () => {
      await ledger.record(release("v1"));
      await ledger.record(release("v2"));
      assert.deepEqual(await registry.listTags("shop/web"), ["content", "v1", "v2"]);
      assert.equal((await registry.headManifest("shop/web", "v2"))?.digest, web);
    });

    it("refuses what names an image that is not there, and says which", async () => {
      const digest = `sha256:${"0".repeat(64)}`;
      const images = { api: { repository: "shop/api", digest, platform: "linux/amd64" }, ...release("v1").images };
      const phrase = `digest ${digest} of service api is not in the registry (${server.address}/shop/api)`;
      assert.deepEqual(await ledger.missing({ images }), [phrase]);
      await assert.rejects(ledger.record(release("v1", { images })), {
        message: `Release v1 is not recorded: ${phrase}.`,
      });
      assert.deepEqual(await ledger.list(), []);
      assert.deepEqual(await ledger.missing(release("v1")), []);
    });

    it("refuses names that cannot be kept", async () => {
      for (const name of ["", "stage.v1", "v 1", "v/1", "x".repeat(129)]) {
        await assert.rejects(ledger.record(release(name)), /cannot name a release: write v<commit>-<yyyymmdd-hhmmss>/);
      }
      assert.throws(
        () => new Ledger(registry, "My Shop"),
        /"My Shop", the project's name in Pulumi\.yaml \(name:\), cannot name a repository/,
      );
    });

    it("lists the newest first, without reading documents or files", async () => {
      const times = { v1: "2026-01-01T00:00:00.000Z", v3: "2026-03-01T00:00:00.000Z", v2: "2026-02-01T00:00:00.000Z" };
      for (const [name, createdAt] of Object.entries(times)) await ledger.record(release(name, { createdAt }));
      const blobs = server.count(/^GET .*\/blobs\//);
      assert.deepEqual(await ledger.list(), [
        { name: "v3", commit: "1a2b3c4", dirty: false, createdAt: times.v3 },
        { name: "v2", commit: "1a2b3c4", dirty: false, createdAt: times.v2 },
        { name: "v1", commit: "1a2b3c4", dirty: false, createdAt: times.v1 },
      ]);
      assert.equal(server.count(/^GET .*\/blobs\//), blobs);
    });

    it("names what was meant where a name is unknown", async () => {
      await assert.rejects(ledger.find("v1"), /No release v1: the ledger of shop holds none yet; bring staging up/);
      const names = [
        "v1a2b3c4-20260101-101010",
        "v1a2b3c4-20260102-101010",
        "v9f8e7d6-20260103-101010",
        "vaaaaaaa-20250101-000000",
      ];
      for (const name of names) await ledger.record(release(name));
      const meant: Record<string, RegExp> = {
        "v1a2b3c4-20260101-101011": /did you mean v1a2b3c4-20260101-101010 or v1a2b3c4-20260102-101010/,
        v9f8e7d6: /no release v9f8e7d6 as verified; did you mean v9f8e7d6-20260103-101010\?/,
        zzz: /holds v9f8e7d6-20260103-101010, v1a2b3c4-20260102-101010, v1a2b3c4-20260101-101010, and 1 older/,
        "stage.production": /holds no release stage.production/,
        "not a tag/": /holds no release not a tag\//,
      };
      for (const [name, message] of Object.entries(meant)) {
        await assert.rejects(ledger.find(name), message);
        await assert.rejects(ledger.read(name), message);
      }
    });

    it("is complete or not there, wherever recording breaks off", async () => {
      const one = release("v1", { files: { a: bytes("a"), b: bytes("b") } });
      for (const [method, path] of [
        ["PUT", /web\/manifests/],
        ["PATCH", /ledger/],
        ["PUT", /ledger\/blobs/],
        ["PUT", /ledger\/manifests/],
      ] as const) {
        server.faults.push({ method, path, times: 9, how: "reset" });
        await assert.rejects(ledger.record(one));
        server.faults.length = 0;
        assert.deepEqual(await ledger.contents(), { releases: [], stages: [], unreadable: [] });
      }
      await ledger.record(one);
      assert.deepEqual(await ledger.read("v1"), one);
    });
  });

  describe("with things in it that are not its own", () => {
    it("names them and goes on", async () => {
      await ledger.record(release("v1"));
      await ledger.appendRun("staging", { release: "v1", at: "2026-01-01T00:00:00Z", by: "me", kind: "staging" });
      await pushImage(registry, "shop/ledger", { platform: "linux/amd64", layers: ["x"] }, "an-image");
      const original = await registry.getManifest("shop/ledger", "v1");
      await registry.putManifest("shop/ledger", "v2", original);
      await registry.putManifest("shop/ledger", "old", { mediaType: "application/x", bytes: loose({}) });
      assert.deepEqual(
        (await ledger.list()).map(({ name }) => name),
        ["v1"],
      );
      assert.deepEqual((await ledger.contents()).unreadable, [
        {
          tag: "an-image",
          reason: "it is a application/vnd.oci.image.config.v1+json, not a application/vnd.slipway.release.v1+json",
        },
        { tag: "old", reason: "it is a application/x" },
        { tag: "v2", reason: "it holds release v1" },
      ]);
      assert.deepEqual(await ledger.stages(), ["staging"]);
      await assert.rejects(
        ledger.find("an-image"),
        /Release an-image cannot be read from .*\/shop\/ledger:an-image: it is a/,
      );
      await assert.rejects(ledger.read("v2"), /Release v2 cannot be read .* it holds release v1/);
    });

    it("names a release whose files were damaged", async () => {
      await ledger.record(release("v1"));
      server.faults.push({ method: "GET", path: /ledger\/blobs/, times: 9, how: "corrupt" });
      await assert.rejects(ledger.read("v1"), /Release v1 cannot be read from .* delivered a blob with digest/);
    });

    it("does not take a registry that fails for an empty one", async () => {
      await ledger.record(release("v1"));
      server.faults.push({ method: "GET", path: /manifests/, times: 9, how: { status: 500 } });
      await assert.rejects(ledger.list(), /answered 500/);
    });
  });
});

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";

import { Registry } from "../../../registry/client/registry";
import { digestOf } from "../../../registry/client/digest";
import { RegistryError } from "../../../registry/client/errors";
import { pushImage } from "../images";
import { type Fault, type RegistryOptions, TestRegistry } from "../fakeRegistry";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const app = { platform: "linux/amd64", layers: ["layer"] };

describe("the registry client", () => {
  let server: TestRegistry;
  let registry: Registry;
  const start = async (options: RegistryOptions = {}): Promise<void> => {
    server = await TestRegistry.start(options);
    registry = new Registry(server.address, undefined, { retries: [1, 1], answer: 200 });
  };
  const fail = (fault: Partial<Fault> & Pick<Fault, "how">): number =>
    server.faults.push({ method: "GET", path: /./, times: 1, ...fault });
  beforeEach(() => start());
  afterEach(() => server.stop());

  describe("ping", () => {
    it("names the address where nothing answers", async () => {
      const { address } = server;
      await server.stop();
      await assert.rejects(registry.ping(), {
        message: `Nothing answers at registry ${address} (http://${address}): start that registry or correct its address.`,
      });
    });

    it("waits for a registry that is coming up", async () => {
      fail({ how: { status: 503 }, times: 2 });
      await registry.ping(2000);
      fail({ how: { status: 503 } });
      await assert.rejects(registry.ping(), /answered 503/);
    });

    it("says so where something else answers", async () => {
      const other = createServer((_, response) => void response.writeHead(404).end("<html>"));
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
      await assert.rejects(new Registry(address).ping(), /is no registry: correct the registry's address/);
      other.close();
    });

    it("says so where HTTPS is spoken to a plain registry", async () => {
      await assert.rejects(
        new Registry(`https://${server.address}`).ping(),
        /speaks no HTTPS: where it is plain HTTP, write http:\/\//,
      );
    });
  });

  describe("patience", () => {
    const passing: [string, Fault["how"]][] = [
      ["a server error", { status: 500 }],
      ["a bad gateway", { status: 502, body: "<html>Bad Gateway</html>" }],
      ["too many requests", { status: 429, headers: { "retry-after": "0" } }],
      ["a broken connection", "reset"],
      ["no answer in time", "hang"],
    ];
    for (const [what, how] of passing) {
      it(`tries again after ${what}`, async () => {
        const digest = await pushImage(registry, "app", app, "1");
        fail({ how, path: /manifests/, times: 2 });
        assert.equal((await registry.getManifest("app", "1")).digest, digest);
      });
    }

    it("ends, and says what happened", async () => {
      fail({
        how: { status: 500, body: '{"errors":[{"code":"UNKNOWN","message":"disk is full"}]}' },
        path: /manifests/,
        times: 9,
      });
      await assert.rejects(
        registry.getManifest("app", "1"),
        /could not read the manifest 1 of app, it answered 500 \(it says: disk is full\)/,
      );
      assert.equal(server.count(/manifests/), 3);
    });

    it("names the login as a way out of too many requests", async () => {
      fail({ how: { status: 429 }, times: 9 });
      await assert.rejects(registry.getManifest("app", "1"), /too many requests .* raise the limit with "docker login/);
    });

    it("is none for what will not pass", async () => {
      fail({ how: { status: 400 } });
      await assert.rejects(registry.getManifest("app", "1"), RegistryError);
      assert.equal(server.calls.length, 1);
    });

    it("begins an upload anew that broke off anywhere", async () => {
      for (const [method, how] of [
        ["POST", "reset"],
        ["PATCH", "reset"],
        ["PATCH", { status: 500 }],
        ["PUT", { status: 503 }],
        ["PUT", "reset"],
      ] as const) {
        fail({ method, how, path: /uploads/ });
        const { digest } = await registry.putBytes("app", bytes(`${method} ${JSON.stringify(how)}`));
        assert.ok(await registry.hasBlob("app", digest));
      }
    });
  });

  describe("manifests", () => {
    it("come back byte for byte, by tag and by digest", async () => {
      const digest = await pushImage(registry, "app", { ...app, docker: true }, "1");
      for (const reference of ["1", digest]) {
        const manifest = await registry.getManifest("app", reference);
        assert.deepEqual(manifest.bytes, new Uint8Array(server.repository("app").manifests.get(digest)?.bytes ?? []));
        assert.equal(manifest.mediaType, "application/vnd.docker.distribution.manifest.v2+json");
        assert.deepEqual(await registry.headManifest("app", reference), { digest, mediaType: manifest.mediaType });
      }
    });

    it("that are not there are undefined to head and find, an error with status 404 to get", async () => {
      assert.equal(await registry.headManifest("app", "1"), undefined);
      assert.equal(await registry.findManifest("app", "1"), undefined);
      await assert.rejects(registry.getManifest("app", "1"), {
        status: 404,
        message: `${server.address}/app:1 is not in its registry: correct the name, or push that image.`,
      });
    });

    it("of another digest than asked for are refused", async () => {
      const digest = await pushImage(registry, "app", app, "1");
      const kept = server.repository("app").manifests.get(digest);
      assert.ok(kept);
      kept.bytes = Buffer.from("{}");
      await assert.rejects(registry.getManifest("app", digest), /arrived with digest sha256:44136.* where sha256:/);
      await assert.rejects(registry.getManifest("app", "1"), /arrived with digest sha256:44136/);
    });

    it("are deleted, where the registry deletes", async () => {
      const digest = await pushImage(registry, "app", app, "1");
      assert.equal(await registry.deleteManifest("app", digest), true);
      assert.equal(await registry.deleteManifest("app", digest), false);
      await server.stop();
      await start({ deletion: "none" });
      await assert.rejects(registry.deleteManifest("app", digest), { status: 405 });
    });
  });

  describe("blobs", () => {
    it("come back, even empty ones", async () => {
      for (const text of ["", "text"]) {
        const blob = await registry.putBytes("app", bytes(text));
        assert.deepEqual(await registry.readBlob("app", blob), bytes(text));
      }
    });

    it("that are there are not uploaded again", async () => {
      await registry.putBytes("app", bytes("text"));
      await registry.putBytes("app", bytes("text"));
      assert.equal(server.count(/^POST/), 1);
    });

    it("that break off on the way are read again", async () => {
      const blob = await registry.putBytes("app", bytes("a longer text"));
      fail({ path: /blobs/, how: "cut" });
      assert.deepEqual(await registry.readBlob("app", blob), bytes("a longer text"));
    });

    it("of another content or size are refused", async () => {
      const blob = await registry.putBytes("app", bytes("text"));
      fail({ path: /blobs/, how: "corrupt" });
      await assert.rejects(
        registry.readBlob("app", blob),
        new RegExp(`delivered a blob with digest .* where ${blob.digest}`),
      );
      await assert.rejects(
        registry.readBlob("app", { ...blob, size: 3 }),
        /delivered 4 bytes or more of blob .*, which has 3/,
      );
      await assert.rejects(registry.readBlob("app", { ...blob, size: 5 }), /which has 5/);
      await assert.rejects(registry.readBlob("app", { digest: digestOf(bytes("x")) }), { status: 404 });
    });

    it("of a source that is wrong or breaks are never committed", async () => {
      const digest = digestOf(bytes("text"));
      const upload = (source: () => AsyncIterable<Uint8Array>): Promise<void> =>
        registry.putBlob("app", { digest, size: 4 }, source);
      await assert.rejects(
        upload(() => stream("tixt")),
        /delivered a blob with digest/,
      );
      await assert.rejects(
        upload(() => stream("te")),
        /delivered 2 bytes/,
      );
      await assert.rejects(
        upload(() => stream("texts")),
        /delivered 5 bytes/,
      );
      await assert.rejects(
        upload(() => stream("te", new Error("the disk broke"))),
        { message: "the disk broke" },
      );
      assert.equal(await registry.hasBlob("app", digest), false);
      assert.equal(server.count(/^PUT/), 0);
      await upload(() => stream("te", undefined, "xt"));
      assert.equal(await registry.hasBlob("app", digest), true);
    });
  });

  describe("tags", () => {
    it("are listed over all pages", async () => {
      await server.stop();
      await start({ page: 2 });
      for (const tag of ["a", "b", "c", "d", "e"]) await pushImage(registry, "app", app, tag);
      assert.deepEqual(await registry.listTags("app"), ["a", "b", "c", "d", "e"]);
    });

    it("are none where there is no repository, and an error where the list breaks off", async () => {
      assert.deepEqual(await registry.listTags("nothing/here"), []);
      fail({ path: /tags/, how: "reset", times: 9 });
      await assert.rejects(registry.listTags("app"), /broke while trying to list the tags of app/);
    });
  });

  it("puts an address's own path before every repository", async () => {
    const hosted = new Registry(`${server.address}/project/images`);
    await pushImage(hosted, "app", app, "1");
    assert.ok(server.repositories.has("project/images/app"));
    assert.equal(hosted.address, `${server.address}/project/images`);
    assert.deepEqual(await hosted.listTags("app"), ["1"]);
    assert.ok(await hosted.mountBlob("other", digestOf(bytes("layer")), "app"));
  });
});

async function* stream(text: string, failure?: Error, more?: string): AsyncGenerator<Uint8Array> {
  yield bytes(text);
  if (failure) throw failure;
  if (more !== undefined) yield bytes(more);
}

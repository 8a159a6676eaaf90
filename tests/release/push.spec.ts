import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Engine } from "../../docker/engine";
import { Registry } from "../../registry/client/registry";
import { push } from "../../release/push";
import { pushImage, pushIndex } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";
import { Folder } from "./folder";

const image = { platform: "linux/amd64", layers: ["web"] };

describe("pushing an image from the Docker Engine", () => {
  const path = process.env["PATH"];
  let folder: Folder;
  let server: TestRegistry;
  let registry: Registry;
  let digest: string;

  beforeEach(async () => {
    folder = new Folder();
    server = await TestRegistry.start();
    registry = new Registry(server.address);
    digest = await pushImage(registry, "shop/web", image);
  });
  afterEach(async () => {
    process.env["PATH"] = path;
    await server.stop();
    folder.remove();
  });

  /** Puts a program in docker's place; `puts TAG` gives the tag what the registry has under another. */
  const stub = (script: string): void => {
    const puts = `puts() { '${process.execPath}' -e '
      const [, at, tag] = process.argv, url = (name) => "http://" + at + "/v2/shop/web/manifests/" + name;
      fetch(url(tag)).then(async (answer) => fetch(url("t"), { method: "PUT", body: await answer.text(),
        headers: { "content-type": answer.headers.get("content-type") } }));' ${server.address} "$1"; }`;
    folder.write({ docker: `#!/bin/sh\n${puts}\necho "$*" >>'${folder.at("asked")}'\n${script}\n` });
    process.env["PATH"] = `${folder.path}:${path}`;
  };
  const pushed = (): Promise<string> =>
    push(
      Engine.here(process.env),
      { registry, plan: { address: server.address }, repository: "shop/web", tag: "t", platform: "linux/amd64" },
      () => undefined,
    );
  const asked = (): string[] => readFileSync(folder.at("asked"), "utf8").trim().split("\n");
  const reference = (): string => `${server.address}/shop/web:t`;

  it("gives the digest of the image, and leaves no index that the Engine pushed", async () => {
    const index = await pushIndex(registry, "shop/web", "engine", [image]);
    stub("puts engine");
    assert.equal(await pushed(), digest);
    assert.equal((await registry.headManifest("shop/web", "t"))?.digest, digest);
    assert.deepEqual(asked(), [`push ${reference()}`]);
    assert.ok(await registry.headManifest("shop/web", index), "another tag names it");
    server.repository("shop/web").tags.delete("engine");
    await registry.putManifest("shop/web", "t", await registry.getManifest("shop/web", index));
    stub("exit 0");
    assert.equal(await pushed(), digest);
    assert.deepEqual([...server.repository("shop/web").manifests.keys()], [digest]);
  });

  it("says which platform is meant where the Engine pushes without the tag, or nothing", async () => {
    await pushImage(registry, "shop/web", image, "engine");
    for (const without of ["exit 0", "echo 'missing content' >&2; exit 1"]) {
      await registry.deleteManifest("shop/web", "t").catch(() => undefined);
      server.repository("shop/web").tags.delete("t");
      stub(`case $* in *--platform*) puts engine;; *) ${without};; esac`);
      assert.equal(await pushed(), digest, without);
      assert.deepEqual(asked().slice(-2), [`push ${reference()}`, `push --platform linux/amd64 ${reference()}`]);
    }
  });

  it("fails with what the Engine said first, where a second try helps no more", async () => {
    stub(
      "case $* in *--platform*) echo 'unknown flag: --platform' >&2;; *) echo 'denied: read only' >&2;; esac; exit 1",
    );
    await assert.rejects(pushed(), /^Error: docker push ended with exit code 1:\ndenied: read only$/);
  });

  it("fails by name where the registry has nothing of it", async () => {
    stub("exit 0");
    await assert.rejects(
      pushed(),
      new RegExp(`${reference()} was pushed, but the registry does not have it by that tag`),
    );
  });
});

import assert from "node:assert/strict";
import { mock } from "node:test";

import { parseChallenges } from "../../../registry/client/auth";
import { Registry } from "../../../registry/client/registry";
import { type Credentials } from "../../../docker/credentials";
import { pushImage } from "../images";
import { TestRegistry, type RegistryOptions } from "../fakeRegistry";

const me = { username: "me", password: "s3cret:with colon" };

describe("challenges", () => {
  it("reads several in one header, with commas and quotes inside", () => {
    const header =
      'Bearer realm="https://auth.example/token",service="a, \\"b\\"",scope="repository:x:pull,push", Basic realm="x", charset=UTF-8';
    assert.deepEqual(parseChallenges(header), [
      {
        scheme: "bearer",
        parameters: { realm: "https://auth.example/token", service: 'a, "b"', scope: "repository:x:pull,push" },
      },
      { scheme: "basic", parameters: { realm: "x", charset: "UTF-8" } },
    ]);
    assert.deepEqual(parseChallenges("Negotiate"), [{ scheme: "negotiate", parameters: {} }]);
    assert.deepEqual(parseChallenges(""), []);
  });
});

describe("logging in to a registry", () => {
  let server: TestRegistry;
  const start = async (options: RegistryOptions, credentials?: Credentials): Promise<Registry> => {
    server = await TestRegistry.start(options);
    return new Registry(server.address, credentials, { retries: [1] });
  };
  afterEach(() => server.stop());

  for (const kind of ["basic", "bearer"] as const) {
    it(`works by ${kind}`, async () => {
      const registry = await start({ login: { kind, ...me } }, me);
      await registry.ping();
      const digest = await pushImage(registry, "team/app", { platform: "linux/amd64", layers: ["a"] }, "1");
      assert.equal((await registry.getManifest("team/app", "1")).digest, digest);
      assert.ok(await registry.deleteManifest("team/app", digest));
    });

    it(`says what to do where ${kind} finds no login, or a wrong one`, async () => {
      const registry = await start({ login: { kind, ...me } });
      await assert.rejects(registry.ping(), (error: Error) => {
        assert.match(error.message, /wants a login to|wants a login to answer/);
        assert.match(error.message, new RegExp(`run "docker login ${server.address}", or set`));
        return true;
      });
      const wrong = new Registry(server.address, { username: "me", password: "hunter2" }, { retries: [1] });
      await assert.rejects(wrong.getManifest("team/app", "1"), (error: Error) => {
        assert.match(error.message, /does not let the user given .*: log in as another with "docker login 127/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
    });
  }

  it("fetches a token once for each repository and kind of access", async () => {
    const registry = await start({ login: { kind: "bearer", ...me } }, me);
    await Promise.all(["a", "b", "c"].map((text) => registry.putBytes("x", new TextEncoder().encode(text))));
    const before = server.count(/\/token/);
    await Promise.all(["d", "e", "f"].map((text) => registry.putBytes("x", new TextEncoder().encode(text))));
    assert.equal(server.count(/\/token/), before);
  });

  it("fetches a new token when the old one is nearly over", async () => {
    const registry = await start({ login: { kind: "bearer", ...me, lifetime: 300 } }, me);
    const fetched = async (text: string): Promise<number> => {
      const before = server.count(/\/token/);
      await registry.putBytes("x", new TextEncoder().encode(text));
      return server.count(/\/token/) - before;
    };
    const first = await fetched("a");
    const real = Date.now;
    const clock = mock.method(Date, "now", () => real() + 200_000);
    try {
      assert.equal(await fetched("b"), 0);
      clock.mock.mockImplementation(() => real() + 250_000);
      assert.equal(await fetched("c"), first);
    } finally {
      clock.mock.restore();
    }
  });

  it("fetches a new token when the old one was over before its time", async () => {
    const registry = await start({ login: { kind: "bearer", ...me } }, me);
    await registry.putBytes("x", new TextEncoder().encode("a"));
    server.forgetTokens();
    await registry.putBytes("x", new TextEncoder().encode("b"));
  });

  it("logs in with an identity token", async () => {
    const registry = await start({ login: { kind: "bearer", ...me } }, { identityToken: me.password });
    await registry.putBytes("x", new TextEncoder().encode("a"));
  });

  it("may mount from a repository that it may read", async () => {
    const registry = await start({ login: { kind: "bearer", ...me } }, me);
    const { digest } = await registry.putBytes("x", new TextEncoder().encode("a"));
    assert.ok(await registry.mountBlob("y", digest, "x"));
    assert.ok(await registry.hasBlob("y", digest));
  });

  it("tells no other host the login when it is sent there for a blob", async () => {
    const registry = await start({ login: { kind: "basic", ...me }, redirect: true }, me);
    const { digest } = await registry.putBytes("x", new TextEncoder().encode("a"));
    assert.equal(new TextDecoder().decode(await registry.readBlob("x", { digest })), "a");
    assert.deepEqual(server.leaked, []);
  });

  it("asks for credentials only where the registry does", async () => {
    let asked = 0;
    server = await TestRegistry.start();
    const registry = new Registry(server.address, () => Promise.resolve(void asked++));
    await registry.ping();
    assert.equal(asked, 0);
  });
});

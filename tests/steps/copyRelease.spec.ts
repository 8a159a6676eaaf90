import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { Registry } from "../../registry/client/registry";
import { pair, signed, signingKey } from "../release/signing/key";
import { Ledger } from "../../release/ledger";
import { takeRelease } from "../../plan/ledgerRelease";
import { bring } from "../../steps/copyRelease";
import { pushImage, pushIndex } from "../registry/images";
import { TestRegistry } from "../registry/fakeRegistry";

const platform = "linux/amd64";
const at = (age: number): string => `v${age}-2026010${age}-000000`;

describe("bringing a release to a machine with a registry of its own", () => {
  let servers: [TestRegistry, TestRegistry];
  let [source, target] = [] as unknown as [Registry, Registry];

  beforeEach(async () => {
    servers = [await TestRegistry.start(), await TestRegistry.start()];
    [source, target] = servers.map(({ address }) => new Registry(address)) as [Registry, Registry];
  });
  afterEach(() => Promise.all(servers.map((server) => server.stop())));

  const record = async (age: number, web: string): Promise<void> => {
    const db = await pushImage(source, "shop/db", { platform, layers: ["db"] }, "16");
    await new Ledger(source, "shop").record({
      ...{ name: at(age), commit: "1", dirty: false, createdAt: `2026-01-0${age}T00:00:00.000Z` },
      ...{ compose: [], files: {}, buildArgs: {} },
      images: {
        web: { repository: "shop/web", digest: web, platform },
        db: { repository: "shop/db", digest: db, platform },
      },
    });
  };
  const [from, to] = [() => ({ address: servers[0].address }), () => ({ address: servers[1].address })];
  const brought = async (release: string, before?: string): ReturnType<typeof bring> => {
    const ledger = new Ledger(source, "shop");
    const record = await signed(ledger, release);
    const earlier = before === undefined ? null : { name: before, record: await signed(ledger, before) };
    const what = { project: "shop", stage: "production", release, record, before: earlier, key: signingKey };
    return bring({ registry: to(), from: from(), ...what }, () => undefined);
  };
  const taken = (name: string): ReturnType<typeof takeRelease> =>
    takeRelease({ registry: to(), sourceRegistry: from() }, "shop", {
      ...{ release: { name }, stage: "production", allowDirty: false, platform, builds: false },
      trust: { root: tmpdir(), stage: "shop/production", teller: "staging", told: pair.publicKey, approvals: 0 },
    });

  it("keeps its digests, also where an earlier version recorded those of indexes that share an image", async function () {
    this.timeout(30_000);
    const image = { platform, layers: ["web"] };
    const first = await pushIndex(source, "shop/web", "a", [image]);
    const second = await pushIndex(source, "shop/web", "b", [image, { platform: "linux/arm64", layers: ["arm"] }]);
    await record(1, first);
    await record(2, second);
    assert.deepEqual(await brought(at(2), at(1)), { releases: [at(2), at(1)] });
    const ledger = new Ledger(target, "shop");
    for (const [age, digest] of [
      [1, first],
      [2, second],
    ] as const) {
      const release = await ledger.read(at(age));
      assert.equal(release.images["web"]?.digest, digest);
      assert.deepEqual(await ledger.missing(release), []);
      assert.deepEqual(await target.getManifest("shop/web", digest), await source.getManifest("shop/web", digest));
      assert.equal((await taken(at(age))).release.name, at(age));
    }
    servers[1].calls.length = 0;
    await brought(at(2), at(1));
    assert.equal(servers[1].count(/^(PUT|POST|PATCH)/), 0, "what is there is not written again");
  });

  it("goes on where it broke off within an index", async () => {
    await record(1, await pushIndex(source, "shop/web", "a", [{ platform, layers: ["one", "two"] }]));
    for (const path of [/uploads/, /manifests\/sha256/, /manifests\/v1/]) {
      servers[1].faults.push({ method: "PUT", path, times: 1, how: { status: 403, body: "{}" } });
      await assert.rejects(brought(at(1)), /wants a login to/, String(path));
      servers[1].faults.length = 0;
    }
    await brought(at(1));
    assert.deepEqual(await new Ledger(target, "shop").missing(await new Ledger(target, "shop").find(at(1))), []);
  });
});

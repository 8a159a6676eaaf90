import assert from "node:assert/strict";

import { Registry } from "../../registry/client/registry";
import { partsOf } from "../../registry/client/indexes";
import { Ledger } from "../../release/ledger";
import { type RetentionInput, partsIn, plan, prune } from "../../release/retention";
import { pushImage, pushIndex } from "../registry/images";
import { TestRegistry, type RegistryOptions } from "../registry/fakeRegistry";

type Releases = RetentionInput["releases"];

const at = (age: number): string => new Date(Date.UTC(2026, 0, 1) + age * 3_600_000).toISOString();
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, "0")}`;
const release = (age: number, images: Record<string, number> = { web: age }): Releases[number] => ({
  name: `v${age}`,
  createdAt: at(age),
  images: Object.fromEntries(
    Object.entries(images).map(([service, n]) => [
      service,
      { repository: `shop/${service}`, digest: digest(n), platform: "linux/amd64" },
    ]),
  ),
});
const runs = (...names: string[]): { release: string }[] => names.map((name) => ({ release: name }));

describe("what retention removes", () => {
  const cases: [what: string, input: Partial<RetentionInput>, removed: string[]][] = [
    ["nothing where there are no more than are kept", { keep: 5 }, []],
    ["all but the newest", { keep: 2 }, ["v1", "v2", "v3"]],
    ["not what a stage runs", { keep: 2, histories: { production: runs("v1") } }, ["v2", "v3"]],
    ["not what a stage ran last", { keep: 2, histories: { production: runs("v3", "v1", "v2") } }, ["v3"]],
    [
      "not the distinct release before, however often the last one ran",
      { keep: 1, histories: { production: runs("v1", "v2", "v2") } },
      ["v3", "v4"],
    ],
    [
      "not what a rollback went away from",
      { keep: 1, histories: { production: runs("v1", "v2", "v1") } },
      ["v3", "v4"],
    ],
    [
      "not what any of several stages runs",
      { keep: 1, histories: { a: runs("v1"), b: runs("v2"), c: [] } },
      ["v3", "v4"],
    ],
    ["not what is pinned", { keep: 1, pins: ["v2", "v2", "unknown"] }, ["v1", "v3", "v4"]],
  ];
  for (const [what, input, removed] of cases) {
    it(what, () => {
      const releases = [3, 1, 5, 2, 4].map((age) => release(age));
      assert.deepEqual(plan({ releases, histories: {}, pins: [], ...input }).remove, removed);
    });
  }

  it("is nothing of the last twenty unless told otherwise", () => {
    const releases = Array.from({ length: 23 }, (_, age) => release(age));
    assert.deepEqual(plan({ releases, histories: {}, pins: [] }).remove, ["v0", "v1", "v2"]);
  });

  it("takes images that no kept release names, and of others only the tag", () => {
    const releases = [
      release(1, { web: 1, db: 9 }),
      release(2, { web: 2, db: 9 }),
      release(3, { web: 3, db: 9, job: 2 }),
    ];
    assert.deepEqual(plan({ releases, histories: {}, pins: [], keep: 1 }), {
      remove: ["v1", "v2"],
      images: [{ repository: "shop/web", digest: digest(1), tags: ["v1"] }],
      tags: [
        { repository: "shop/db", digest: digest(9), tag: "v1" },
        { repository: "shop/db", digest: digest(9), tag: "v2" },
        { repository: "shop/web", digest: digest(2), tag: "v2" },
      ],
    });
  });

  it("takes along what is in an index, and leaves what a kept release needs of it", () => {
    const releases = [release(1, { web: 1 }), release(2, { web: 2 }), release(3, { web: 3, job: 21 })];
    const parts = new Map([1, 2, 3].map((n) => [digest(n), [digest(n * 10 + 1), digest(99), digest(n * 10 + 2)]]));
    const { images, tags } = plan({ releases, histories: {}, pins: [], keep: 1, parts });
    assert.deepEqual(
      images.map(({ digest, tags }) => [digest, tags]),
      [
        [digest(11), []],
        [digest(12), []],
        [digest(22), []],
        [digest(1), ["v1"]],
        [digest(2), ["v2"]],
      ],
    );
    assert.deepEqual(tags, []);
  });

  it("leaves an image that the index of a kept release holds, and takes off its tag", () => {
    const releases = [release(1, { web: 11 }), release(2, { web: 1 })];
    const parts = new Map([[digest(1), [digest(11), digest(12)]]]);
    assert.deepEqual(plan({ releases, histories: {}, pins: [], keep: 1, parts }), {
      remove: ["v1"],
      images: [],
      tags: [{ repository: "shop/web", digest: digest(11), tag: "v1" }],
    });
  });

  it("refuses to keep none", () => {
    for (const keep of [0, -1, 1.5, NaN]) {
      assert.throws(() => plan({ releases: [], histories: {}, pins: [], keep }), /whole number of at least 1/);
    }
  });

  it("keeps its promises for any ledger (2,000 made up)", () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const next = random(seed);
      const count = next(30);
      const releases = Array.from({ length: count }, (_, age) =>
        release(next(9) === 0 ? age : age + 100, { web: next(8), db: next(3) }),
      );
      const unique = [...new Map(releases.map((one) => [one.name, one])).values()];
      const name = (): string => `v${next(40) + (next(2) ? 100 : 0)}`;
      const histories = Object.fromEntries(
        Array.from({ length: next(4) }, (_, stage) => [`s${stage}`, runs(...Array.from({ length: next(6) }, name))]),
      );
      const pins = Array.from({ length: next(3) }, name);
      const keep = 1 + next(12);
      holds(unique, histories, pins, keep, `seed ${seed}`);
    }
  });
});

function holds(
  releases: Releases,
  histories: RetentionInput["histories"],
  pins: string[],
  keep: number,
  seed: string,
): void {
  const { remove, images, tags } = plan({ releases, histories, pins, keep });
  const kept = releases.filter(({ name }) => !remove.includes(name));
  const newest = [...releases].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, keep);
  assert.ok(
    newest.every((one) => kept.includes(one)),
    `${seed}: the newest stay`,
  );
  for (const [stage, entries] of Object.entries(histories)) {
    const names = entries.map((entry) => entry.release);
    const last = names.at(-1);
    const before = names.filter((one) => one !== last).at(-1);
    assert.ok(!remove.some((one) => one === last || one === before), `${seed}: what ${stage} runs and ran stays`);
  }
  assert.ok(!pins.some((pin) => remove.includes(pin)), `${seed}: pins stay`);
  const named = new Set(kept.flatMap((one) => Object.values(one.images).map((image) => image.digest)));
  assert.ok(
    images.every((image) => !named.has(image.digest)),
    `${seed}: named digests stay`,
  );
  assert.ok(
    tags.every(({ tag }) => remove.includes(tag)),
    `${seed}: only removed releases lose tags`,
  );
  const gone = releases.filter(({ name }) => remove.includes(name)).flatMap((one) => Object.values(one.images));
  const planned = new Set([...images, ...tags].map((image) => `${image.repository}@${image.digest}`));
  assert.ok(
    gone.every((image) => planned.has(`${image.repository}@${image.digest}`)),
    `${seed}: nothing is forgotten`,
  );
}

describe("pruning", () => {
  let server: TestRegistry;
  let registry: Registry;
  let ledger: Ledger;
  afterEach(() => server.stop());

  const start = async (options: RegistryOptions): Promise<void> => {
    server = await TestRegistry.start(options);
    registry = new Registry(server.address, undefined, { retries: [1] });
    ledger = new Ledger(registry, "shop");
    const db = await pushImage(registry, "shop/db", { platform: "linux/amd64", layers: ["db"] }, "16");
    for (const age of [1, 2, 3]) {
      const web = await pushImage(
        registry,
        "shop/web",
        { platform: "linux/amd64", layers: [`${age}`] },
        `content${age}`,
      );
      const images = {
        web: { repository: "shop/web", digest: web, platform: "linux/amd64" },
        db: { repository: "shop/db", digest: db, platform: "linux/amd64" },
      };
      const name = `v${age}`;
      await ledger.record({
        name,
        commit: "1",
        dirty: false,
        createdAt: at(age),
        compose: [],
        files: {},
        images,
        buildArgs: {},
      });
    }
  };
  const decide = async (): Promise<ReturnType<typeof plan>> =>
    plan({ releases: await ledger.records(), histories: {}, pins: [], keep: 1 });
  const left = async (): Promise<string[]> => (await ledger.list()).map(({ name }) => name);

  for (const [deletion, dbTags] of [
    ["digest", ["16", "v1", "v2", "v3"]],
    ["all", ["16", "v3"]],
    ["untagged", ["16", "v3"]],
  ] as const) {
    it(`removes releases and images from a registry that deletes by ${deletion}`, async () => {
      await start({ deletion });
      assert.deepEqual(await prune(ledger, await decide()), { removed: ["v1", "v2"], notes: [] });
      assert.deepEqual(await left(), ["v3"]);
      assert.deepEqual(await ledger.missing(await ledger.find("v3")), []);
      assert.deepEqual(await registry.listTags("shop/web"), ["content3", "v3"]);
      assert.deepEqual(await registry.listTags("shop/db"), dbTags);
      assert.equal(server.repository("shop/web").manifests.size, 1);
    });
  }

  for (const deletion of ["digest", "all", "untagged", "unlisted"] as const) {
    it(`takes away indexes with what only they hold, from a registry that deletes by ${deletion}`, async () => {
      await start({ deletion });
      const index = (age: number, layer: string): Promise<string> =>
        pushIndex(registry, "shop/api", `v${age}`, [
          { platform: "linux/amd64", layers: ["shared"] },
          { platform: "linux/arm64", layers: [layer] },
        ]);
      const [first, second] = [await index(4, "4"), await index(5, "5")];
      const name = (age: number, digest: string) => ({
        ...{ name: `v${age}`, commit: "1", dirty: false, createdAt: at(age), compose: [], files: {}, buildArgs: {} },
        images: { api: { repository: "shop/api", digest, platform: "linux/amd64" } },
      });
      for (const [age, digest] of [
        [4, first],
        [5, second],
      ] as const)
        await ledger.record(name(age, digest));
      assert.equal(server.repository("shop/api").manifests.size, 8 - 2, "the image and the attestation are shared");

      const releases = await ledger.records();
      const rule = { releases, histories: {}, pins: [], keep: 1, parts: await partsIn(registry, releases) };
      assert.deepEqual((await prune(ledger, plan(rule))).notes, []);
      assert.deepEqual(await left(), ["v5"]);
      const kept = [second, ...(await partsOf(registry, "shop/api", second))];
      assert.deepEqual([...server.repository("shop/api").manifests.keys()].sort(), kept.sort());
    });
  }

  it("finds again what is in an index where it broke off", async () => {
    await start({ deletion: "all" });
    const digest = await pushIndex(registry, "shop/api", "v0", [{ platform: "linux/amd64", layers: ["0"] }]);
    const images = { api: { repository: "shop/api", digest, platform: "linux/amd64" } };
    const release = {
      name: "v0",
      commit: "1",
      dirty: false,
      createdAt: at(0),
      compose: [],
      files: {},
      images,
      buildArgs: {},
    };
    await ledger.record(release);
    const retire = async (): Promise<unknown> => {
      const releases = await ledger.records();
      return prune(
        ledger,
        plan({ releases, histories: {}, pins: [], keep: 3, parts: await partsIn(registry, releases) }),
      );
    };
    for (let times = 1; times <= 4; times++) {
      // What was begun is let through, a deletion more each time.
      const through = times;
      let seen = 0;
      const path = { test: (text: string) => /api/.test(text) && ++seen > through } as unknown as RegExp;
      server.faults.push({ method: "DELETE", path, times: 9, how: "reset" });
      await retire().catch(() => undefined);
      server.faults.length = 0;
    }
    await retire();
    assert.equal(server.repository("shop/api").manifests.size, 0);
    assert.deepEqual(await left(), ["v3", "v2", "v1"]);
  });

  it("says in one sentence that a registry does not delete, and goes on", async () => {
    await start({ deletion: "none" });
    const { removed, notes } = await prune(ledger, await decide());
    assert.deepEqual(removed, []);
    assert.deepEqual(notes, [
      `Old releases stay in registry ${server.address}, for it does not delete: enable deletion there (storage.delete.enabled for Docker's registry).`,
    ]);
    assert.deepEqual(await left(), ["v3", "v2", "v1"]);
    assert.deepEqual(await ledger.missing(await ledger.find("v1")), []);
  });

  it("is completed by the next one where it breaks off", async () => {
    await start({ deletion: "all" });
    const decided = await decide();
    server.faults.push({ method: "DELETE", path: /ledger/, times: 9, how: "reset" });
    await assert.rejects(prune(ledger, decided), /broke while trying to delete/);
    server.faults.length = 0;
    assert.deepEqual(await left(), ["v3", "v2", "v1"]);
    assert.match((await ledger.missing(await ledger.find("v1"))).join(), /of service web is not in the registry/);
    assert.deepEqual((await prune(ledger, await decide())).removed, ["v1", "v2"]);
    assert.deepEqual(await left(), ["v3"]);
  });

  it("touches nothing outside of its project", async () => {
    await start({ deletion: "all" });
    const other = await pushImage(registry, "bookshop/web", { platform: "linux/amd64", layers: ["x"] }, "v1");
    const image = { repository: "bookshop/web", digest: other };
    await prune(ledger, { remove: [], images: [{ ...image, tags: ["v1"] }], tags: [{ ...image, tag: "v1" }] });
    assert.equal((await registry.headManifest("bookshop/web", "v1"))?.digest, other);
  });

  it("puts an image back that a registry deleted along with a tag", async () => {
    await start({ deletion: "all" });
    const { tags } = server.repository("shop/db");
    const kept = tags.get("v3") ?? "";
    tags.delete = (tag) => {
      server.repository("shop/db").manifests.delete(kept);
      return Map.prototype.delete.call(tags, tag);
    };
    await prune(ledger, await decide());
    assert.deepEqual(await ledger.missing(await ledger.find("v3")), []);
  });
});

/** A generator of whole numbers below a bound: the same seed, the same numbers. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

import assert from "node:assert/strict";
import type { PlannedVm } from "../../machine/vm/planned";
import { chooseRegistry, unreadable, type Surroundings } from "../../registry/choose";

const local = { kind: "local" as const, port: 5000, image: "registry:2", mirrors: {} };
const hosted = { kind: "existing" as const, address: "registry.example.com/team", mirrors: {} };
const address = "127.0.0.1:5000";
const own = { port: 5000, image: "registry:2" };
const [here, there] = [".slipway/ssh/here", ".slipway/ssh/there"];

const place = (more: Partial<Surroundings>): ReturnType<typeof chooseRegistry> =>
  chooseRegistry({ settings: local, ownRegistry: false, builds: false, stage: "shop/production", ...more });

describe("which registry a stage uses", () => {
  it("its own, on its own machine, where it builds", () => {
    assert.deepEqual(place({ builds: true }), { registry: { address }, runsLocally: own });
    assert.deepEqual(place({ builds: true, machine: here }), { registry: { address, on: here }, runsLocally: own });
  });

  it("one that was there before, which nobody runsLocally", () => {
    const { registry, runsLocally, sourceRegistry } = place({ builds: true, settings: hosted, machine: here });
    assert.deepEqual(
      [registry.address, registry.on, runsLocally, sourceRegistry],
      [hosted.address, undefined, undefined, undefined],
    );
  });

  it("that of the stage it takes its release from, on the same machine", () => {
    assert.deepEqual(place({ source: { address } }), { registry: { address } });
    const source = { address, on: here };
    assert.deepEqual(place({ source, machine: here }), { registry: source });
  });

  it("that of the stage it takes its release from, where anybody reaches it", () => {
    const source = { address: "registry.example.com/team" };
    assert.deepEqual(place({ source, machine: here }), { registry: source });
  });

  for (const [what, from, to] of [
    ["this machine to another", undefined, here],
    ["another machine to this one", there, undefined],
    ["one machine to another", there, here],
  ] as const) {
    it(`one of its own, into which releases are copied, from ${what}`, () => {
      const source = { address: "127.0.0.1:5001", ...(from ? { on: from } : {}) };
      const registry = { address, ...(to ? { on: to } : {}) };
      assert.deepEqual(place({ source, machine: to }), { registry, runsLocally: own, sourceRegistry: source });
    });
  }

  it("while it is pinned, its own where that runs on its machine or none does", () => {
    const registry = { address, on: here };
    assert.deepEqual(place({ machine: here, holder: "shop/production" }), { registry, runsLocally: own });
    assert.deepEqual(place({ machine: here }), { registry, runsLocally: own });
    assert.deepEqual(place({ holder: "shop/production" }), { registry: { address }, runsLocally: own });
  });

  it("while it is pinned, that of another stage on its machine", () => {
    assert.deepEqual(place({ machine: here, holder: "shop/staging" }), {
      registry: { address, on: here },
      runsLocally: undefined,
    });
    assert.deepEqual(place({ holder: "shop/staging" }), { registry: { address }, runsLocally: undefined });
    assert.deepEqual(place({}), { registry: { address }, runsLocally: undefined });
  });

  const credentials = { username: "slipway", password: "any" };

  it("with the login that the stage made up for its own, which is in no settings", () => {
    const registry = { address, credentials, isGenerated: true };
    assert.deepEqual(place({ builds: true, login: credentials }), { registry, runsLocally: own });
    assert.deepEqual(place({ holder: "shop/staging", login: credentials }).registry, registry);
    const { registry: copied } = place({ source: { address, on: there }, login: credentials });
    assert.deepEqual(copied, registry);
    assert.deepEqual(place({ builds: true, settings: hosted, login: credentials }).registry.credentials, undefined);
  });

  it("with the login that the stage tells which runs it, also where a stage names the same address", () => {
    const source = { address, credentials, isGenerated: true as const };
    for (const more of [{}, { ownRegistry: true }]) {
      assert.deepEqual(place({ source, ...more }), { registry: source });
    }
    const existing = { ...hosted, address };
    assert.deepEqual(place({ source, ownRegistry: true, settings: existing }).registry, source);
    const named = { ...existing, username: "ada", password: "own" };
    assert.deepEqual(place({ source, ownRegistry: true, settings: named }).registry.credentials, {
      username: "ada",
      password: "own",
    });
  });

  it("the one that it names itself", () => {
    const { registry } = place({ source: { address }, ownRegistry: true, settings: hosted });
    assert.equal(registry.address, hosted.address);
  });
});

describe("a cloud's registry and a VM of that cloud", () => {
  const settings = {
    kind: "artifact-registry" as const,
    project: "shop-123456",
    location: "europe-west1",
    repository: "shop",
    mirrors: {},
  };
  const registry = { address: "europe-west1-docker.pkg.dev/shop-123456/shop" };
  const identity = "artifact-registry" as const;

  it("know each other, where the stage builds", () => {
    const { cloud, grantPull, byIdentity } = place({ builds: true, settings, identity });
    assert.deepEqual([cloud, grantPull, byIdentity], [settings, undefined, true]);
  });

  it("are made known to each other, where another stage runsLocally the registry", () => {
    for (const source of [registry, undefined]) {
      const { cloud, grantPull, byIdentity } = place({ settings, identity, source });
      assert.deepEqual([cloud, grantPull, byIdentity], [undefined, settings, true]);
    }
  });

  it("are strangers where either is of another cloud, or the release comes from elsewhere", () => {
    for (const more of [{ settings }, { settings, identity: "acr" as const }]) {
      const { grantPull, byIdentity } = place({ ...more, builds: true });
      assert.deepEqual([grantPull, byIdentity], [undefined, undefined]);
    }
    const { grantPull, byIdentity } = place({ settings, identity, source: { address: "registry.example.com/team" } });
    assert.deepEqual([grantPull, byIdentity], [undefined, undefined]);
  });
});

describe("a release in the registry of a VM that does not answer", () => {
  const vm = { name: "the VM shop-production", answers: false } as PlannedVm;
  const placed = { registry: { address, on: here } };

  it("cannot be read, and the pin has to go", () => {
    assert.match(
      unreadable("v1", placed, { vm, reachedBy: here }) ?? "",
      /^The release v1 is in the registry on the VM shop-production, which is not there or does not answer: take the pin away/,
    );
  });

  it("is of no concern where it comes from elsewhere, or the machine answers", () => {
    assert.equal(
      unreadable("v1", { ...placed, sourceRegistry: { address, on: there } }, { vm, reachedBy: here }),
      undefined,
    );
    assert.equal(unreadable("v1", placed, { vm: { ...vm, answers: true }, reachedBy: here }), undefined);
    assert.equal(unreadable("v1", { registry: { address } }, { vm, reachedBy: here }), undefined);
    assert.equal(unreadable("v1", placed, { reachedBy: here }), undefined);
  });
});

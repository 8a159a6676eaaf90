import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { registryLogin } from "../../plan/registryLogin";
import type { RegistryPlan } from "../../settings/registryPlan";

const local = { kind: "local" as const, port: 5000, image: "registry:2", mirrors: {} };
const stage = { project: "shop", registry: local };
const login = (password: string) => ({ username: "slipway", password });

describe("who a registry on a stage's machine lets in", () => {
  const asked: string[] = [];
  const told: Record<string, unknown> = {};
  const ask = (name: string): Promise<Record<string, unknown>> => {
    asked.push(name);
    return name in told ? Promise.resolve({ registryLogin: told[name] }) : Promise.reject(new Error("unknown stack"));
  };
  /** A registry with one password; undefined: it asks for none. */
  const registry = (password?: string) => (plan: RegistryPlan) =>
    Promise.resolve(password === undefined || plan.credentials?.password === password);

  before(() =>
    pulumi.runtime.setMocks(
      { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
      "shop",
      "production",
      false,
      "organization",
    ),
  );
  beforeEach(() => {
    asked.splice(0);
    for (const name of Object.keys(told)) Reflect.deleteProperty(told, name);
  });

  const source = "organization/shop/staging";
  const own = (password?: string) => (password === undefined ? {} : { registryLogin: login(password) });

  it("is what its own last update told, and nobody before the first", async () => {
    assert.deepEqual(await registryLogin(stage, own("1"), undefined, ask), login("1"));
    assert.equal(await registryLogin(stage, own(), undefined, ask), undefined);
    assert.deepEqual(asked, []);
  });

  const pinned = { ...stage, promoteFrom: "staging", release: "v1" };

  it("is that for a pinned stage as well, which asks no other", async () => {
    assert.deepEqual(await registryLogin(pinned, own("1"), undefined, ask, registry("1")), login("1"));
    assert.equal(await registryLogin(pinned, own(), undefined, ask, registry()), undefined);
    assert.deepEqual(asked, []);
  });

  it("is what the stage tells that runs the registry, where a pinned one knows nothing that opens it", async () => {
    told[source] = login("2");
    assert.deepEqual(await registryLogin(pinned, own("1"), undefined, ask, registry("2")), login("2"));
    assert.deepEqual(await registryLogin(pinned, own(), undefined, ask, registry("2")), login("2"));
  });

  it("stays what it knows where the other stage is gone", async () => {
    assert.deepEqual(await registryLogin(pinned, own("1"), undefined, ask, registry("2")), login("1"));
  });

  it("is no question for a registry that no stage runs", async () => {
    const existing = { kind: "existing" as const, address: "registry.example.com", mirrors: {} };
    assert.equal(await registryLogin({ ...pinned, registry: existing }, own("1"), undefined, ask), undefined);
    assert.deepEqual(asked, []);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unknown } from "../../e2e/clouds/simulation/schema";
import { Simulation } from "../../e2e/clouds/simulation/simulation";
import { google } from "../../e2e/clouds/simulation/google";

const network = "gcp:compute/network:Network";
const inputs = { project: "shop-123456", name: "shop-staging" };
const id = "projects/shop-123456/global/networks/shop-staging";

describe("a simulated cloud", () => {
  let folder: string;
  let cloud: Simulation;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-cloud-"));
    cloud = new Simulation(google, folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes nothing in a preview, and knows nothing of what it would add", async () => {
    const { outputs } = await cloud.create(network, inputs, true);
    assert.equal(outputs["selfLink"], unknown);
    assert.deepEqual(cloud.store.all(), []);
  });

  it("keeps what it was given, across processes", async () => {
    assert.deepEqual(await cloud.create(network, inputs, false), { id, outputs: { ...inputs, selfLink: id } });
    const thing = await new Simulation(google, folder).find(id);
    assert.deepEqual(thing?.inputs, inputs);
    await cloud.update(network, id, { ...inputs, description: "the shop's" }, false);
    assert.equal((await cloud.find(id))?.inputs["description"], "the shop's");
    await cloud.remove(network, id);
    assert.equal(await cloud.find(id), undefined);
  });

  it("has one thing of a name", async () => {
    await cloud.create(network, inputs, false);
    await assert.rejects(cloud.create(network, inputs, false), /has projects\/.*\/networks\/shop-staging already/);
  });

  it("tells what cannot be changed", () => {
    assert.deepEqual(cloud.diff(network, inputs, { ...inputs, name: "other", description: "x" }), {
      changed: ["name", "description"],
      fixed: ["name"],
    });
    assert.deepEqual(cloud.diff(network, { a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }).changed, []);
  });

  it("refuses what it does not know, and what the real one would", async () => {
    assert.throws(() => cloud.check("gcp:sql/instance:Instance", {}), /does not know resources of the type/);
    assert.throws(() => cloud.check(network, { nam: "shop" }), /refuses this: .* has no field nam/);
    await assert.rejects(cloud.call("gcp:compute/getImage:getImage", {}), /does not know the function/);
    const asked = { ...inputs, zone: "europe-west1-b" };
    await assert.rejects(cloud.call("gcp:compute/getDisk:getDisk", asked), /Error 404.*was not found/);
  });
});

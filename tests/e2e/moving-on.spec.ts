import assert from "node:assert/strict";
import { leftovers } from "./docker";
import type { Engine } from "./engine";
import { onEngine, pulumi, runner } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Shop } from "./shop";

/** From a first look to the real engine, and back: the settings are the same, and so are the volumes. */
onEngine(pulumi, "moving on from the embedded runner", (kind) => {
  inOrder();

  let shop: Shop;
  let left: Engine;
  let released: string[];

  before(async () => {
    shop = await Shop.open(runner, "own");
  });

  after(async () => {
    await shop?.project.dispose();
  });

  it("takes a stage down on the runner, and leaves its data", async () => {
    const { engine, name } = shop.project;
    await succeeds(engine.up("staging"));
    assert.equal((await shop.visit("staging")).visits, 1);
    released = await shop.project.releases();
    await succeeds(engine.destroy("staging"));
    const { container, network, volume } = await leftovers(name, "staging");
    assert.deepEqual([container, network], [[], []]);
    assert.equal(volume.length, 2, "the shop's data and the registry's");
  });

  it("finds data, secrets and releases again on Pulumi's engine", async () => {
    const { folder, name } = shop.project;
    left = shop.project.engine;
    const engine = kind.open(folder, name, left.stateFolder);
    shop.project.moveTo(engine);
    await engine.init("staging");
    await upAndClean(engine, "staging");
    const page = await shop.visit("staging");
    assert.deepEqual([page.visits, page.safe], [2, shop.hash("staging SAFE_CODE")]);
    assert.deepEqual(await shop.project.releases(), released);
    assert.equal((await engine.outputs("staging")).release?.name, released[0]);
    await succeeds(engine.destroy("staging"));
  });

  it("finds them again the other way round", async () => {
    shop.project.moveTo(left);
    await upAndClean(left, "staging");
    assert.equal((await shop.visit("staging")).visits, 3);
    assert.deepEqual(await shop.project.releases(), released);
  });
});

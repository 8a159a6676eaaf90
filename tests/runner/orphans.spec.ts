import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { planOf, type App, type Service } from "./model/app";
import { Engine } from "./model/engine";
import { astray } from "./model/invariants";
import { leftoversOn } from "./model/orphans";
import { ModelStage, stateFolder, type Ended } from "./model/run";

const plain: Service = {
  role: "plain",
  place: 0,
  version: 1,
  env: 1,
  memory: 64,
  file: 1,
  checked: true,
  sick: false,
  needs: [],
  networks: [],
};
const shop = (env: number): App => ({
  services: { a: { ...plain, role: "data", env }, b: { ...plain, role: "http", env }, c: { ...plain, env } },
  networks: { back: 0, pool: 0 },
});

describe("orphans of an update that was killed, where nothing in the state tells of them", () => {
  let engine: Engine;
  let stage: ModelStage;
  let folder: string;
  let orphans: ReturnType<typeof leftoversOn>;

  beforeEach(() => {
    folder = stateFolder();
    engine = new Engine();
    stage = new ModelStage(engine, folder);
    orphans = leftoversOn(engine);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const up = (app: App): Promise<Ended> => stage.up({ plan: planOf(app, false), orphans });
  const planned = (app: App) => planOf(app, false);

  /** What a killed create leaves: a container like the one that is there, under a name that nobody knows. */
  function orphanOf(label: string, value: string): void {
    const [like] = engine.labelled(label, value);
    assert.ok(like, `there is no container with ${label}=${value}`);
    const orphan = engine.createContainer({ ...like.options, name: `${like.name}-orphan` });
    orphan.running = like.running;
  }

  it("are taken away at the end of an update", async () => {
    await up(shop(1));
    orphanOf("slipway.service", "c");
    orphanOf("slipway.files", "c");
    assert.equal((await up(shop(2))).failure, undefined);
    assert.deepEqual(astray(engine, shop(2), planned(shop(2))), []);
  });

  it("are taken away where the next update is for what served before, and changes nothing", async () => {
    await up(shop(1));
    orphanOf("slipway.service", "b");
    const { steps, failure } = await up(shop(1));
    assert.deepEqual([steps, failure], [[], undefined]);
    assert.deepEqual(astray(engine, shop(1), planned(shop(1))), []);
  });

  it("are stopped before what cannot run beside them is made, and taken away at the end", async () => {
    await up(shop(1));
    orphanOf("slipway.service", "a");
    assert.equal((await up(shop(2))).failure, undefined);
    assert.deepEqual([engine.harm, astray(engine, shop(2), planned(shop(2)))], [[], []]);
  });

  it("are asked for at the end alone, where no network has an address range of its own", async () => {
    await up(shop(1));
    assert.deepEqual(orphans.asked, ["all but 7"]);
  });

  it("of an edge are taken away where the next update changes nothing, and the edge that stopped for it runs again", async () => {
    await up(shop(1));
    orphanOf("slipway.role", "edge");
    const [edge] = engine.labelled("slipway.role", "edge");
    assert.ok(edge);
    engine.stop(edge);
    const { steps, failure } = await up(shop(1));
    assert.equal(failure, undefined);
    assert.deepEqual(
      steps.map(({ op, name }) => `${op} ${name}`),
      ["update shop-production-edge-proxy"],
    );
    assert.deepEqual(astray(engine, shop(1), planned(shop(1))), []);
    assert.ok(engine.container(edge.id).running);
  });

  it("stop an update before two write to the same data, where they cannot be stopped", async () => {
    await up(shop(1));
    const [old] = engine.labelled("slipway.service", "a");
    engine.stop = () => {
      throw new Error("the Engine does not stop it");
    };
    const { failure } = await up(shop(2));
    assert.equal(failure?.message, "The hook app-holders failed: the Engine does not stop it");
    assert.deepEqual(engine.labelled("slipway.service", "a"), [old]);
  });

  it("leave an update that has come to its end as it is, where they cannot be taken away then", async () => {
    orphans.clearAllBut = async () => Promise.reject(new Error("the Engine does not stop it"));
    assert.equal((await up(shop(1))).failure, undefined);
  });

  it("stay in a preview", async () => {
    await up(shop(1));
    orphanOf("slipway.service", "b");
    const { length } = orphans.asked;
    await stage.up({ plan: planned(shop(1)), orphans, preview: true });
    await stage.up({ plan: planned(shop(2)), orphans, preview: true });
    assert.deepEqual(orphans.asked.slice(length), []);
  });
});

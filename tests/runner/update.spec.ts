import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { imageOf, planOf, type App, type Name, type Service } from "./model/app";
import type { StagePlan } from "../../plan/stage";
import { digestOf } from "../components/engine";
import { Engine } from "./model/engine";
import { astray } from "./model/invariants";
import { ModelStage, stateFolder, type Ended, type Wanted } from "./model/run";

const plain: Service = {
  role: "plain",
  place: 0,
  version: 1,
  env: 1,
  memory: 64,
  file: 0,
  checked: true,
  sick: false,
  needs: [],
  networks: [],
};
const http: Service = { ...plain, role: "http" };
const data: Service = { ...plain, role: "data" };

const app = (services: App["services"], networks = { back: 0, pool: 0 }): App => ({ services, networks });
const shop = app({ a: data, b: { ...http, needs: ["a"], networks: ["back"] }, c: plain });
const changed = (name: Name, change: Partial<Service>): App =>
  app({ ...shop.services, [name]: { ...(shop.services[name] ?? plain), ...change } });

describe("a run on the runner", () => {
  let engine: Engine;
  let stage: ModelStage;
  let folder: string;

  beforeEach(() => {
    folder = stateFolder();
    engine = new Engine();
    stage = new ModelStage(engine, folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const up = (wanted: App, more: Partial<Wanted> = {}): Promise<Ended> =>
    stage.up({ plan: planOf(wanted, false), ...more });
  const done = ({ steps }: Ended): string[] => steps.map(({ op, name }) => `${op} ${name}`);
  const of = (service: string) => engine.labelled("slipway.service", service);

  it("brings up what is declared, and does nothing where nothing changed", async () => {
    assert.equal((await up(shop)).result, "succeeded");
    assert.deepEqual(astray(engine, shop, planOf(shop, false)), []);
    assert.deepEqual(done(await up(shop)), []);
  });

  it("takes what is stateless away after the cutover only", async () => {
    await up(shop);
    const steps = done(await up(changed("b", { version: 2 })));
    const at = (what: string): number => steps.indexOf(what);
    assert.ok(at("replace shop-production-b") < at("update app-cutover"), steps.join("\n"));
    assert.ok(at("update app-cutover") < at("delete replaced shop-production-b"), steps.join("\n"));
  });

  it("stops first what writes to a volume, and keeps the volume", async () => {
    await up(shop);
    const [old] = of("a");
    const beside: boolean[] = [];
    const create = engine.createContainer.bind(engine);
    engine.createContainer = (options) => {
      if (options.Labels?.["slipway.service"] === "a") beside.push(old?.running ?? true);
      return create(options);
    };
    const steps = done(await up(changed("a", { env: 2 })));
    assert.deepEqual(beside, [false], "stopped, and not deleted yet");
    assert.ok(steps.indexOf("replace shop-production-a") < steps.indexOf("delete replaced shop-production-a"));
    assert.deepEqual(engine.harm, []);
    assert.ok(engine.volumes.has("shop-production_v0"));
  });

  it("changes a limit without another container", async () => {
    await up(shop);
    const [before] = of("c");
    const steps = done(await up(changed("c", { memory: 128 })));
    assert.ok(steps.includes("update shop-production-c"));
    assert.equal(of("c")[0]?.id, before?.id);
    assert.equal(before?.options.HostConfig?.Memory, 128 << 20);
  });

  it("makes what cannot outlive a network anew with it", async () => {
    const pooled = { ...shop.services, c: { ...plain, networks: ["pool"] as const } };
    await up(app(pooled));
    const steps = done(await up(app(pooled, { back: 0, pool: 1 })));
    const order = [
      "delete replaced shop-production-c",
      "delete replaced shop-production-pool",
      "replace shop-production-pool",
      "replace shop-production-c",
    ];
    assert.deepEqual(
      steps.filter((step) => order.includes(step)),
      order,
    );
  });

  it("keeps a container that never came up, and what serves, and replaces it in the next run", async () => {
    await up(shop);
    const [serves] = of("b");
    const next = changed("b", { version: 2, sick: true });
    engine.sick.add(digestOf(`shop/${imageOf("b", next.services.b ?? plain)}`));
    const failed = await up(next);
    assert.match(failed.failure?.message ?? "", /did not become healthy/);
    assert.deepEqual(
      of("b").map(({ id, running }) => [id === serves?.id, running]),
      [
        [true, true],
        [false, true],
      ],
    );
    const [, sick] = of("b");
    const cured = changed("b", { version: 2 });
    const steps = done(await up(cured));
    assert.equal(steps.filter((step) => step === "delete replaced shop-production-b").length, 2, "both of them");
    assert.ok(!engine.containers.has(sick?.id ?? "") && !engine.containers.has(serves?.id ?? ""));
    assert.deepEqual(astray(engine, cured, planOf(cured, false)), []);
  });

  it("says what failed, and begins nothing more", async () => {
    await up(shop);
    const ended = await up(changed("b", { version: 2 }), { failing: new Set(["cutover"]) });
    assert.equal(ended.failure?.message, "the command ended with exit code 1:\ncutover failed");
    assert.ok(!done(ended).some((step) => /^delete|app-record/.test(step)), done(ended).join("\n"));
    assert.equal(of("b").length, 2, "both the one that serves and the one that was to");
    assert.deepEqual(stage.ledger.length, 1);
  });

  it("takes away what a killed run began to make", async () => {
    await up(shop);
    const killed = await up(changed("b", { version: 2 }), { killAt: 14 });
    assert.equal(killed.result, "killed");
    const next = changed("b", { version: 3 });
    assert.equal((await up(next)).result, "succeeded");
    assert.deepEqual(astray(engine, next, planOf(next, false)), []);
  });

  it("finds again what somebody took away by hand, and starts what somebody stopped", async () => {
    await up(shop);
    const [lost] = of("c");
    engine.containers.delete(lost?.id ?? "");
    const [stopped] = of("a");
    if (stopped) stopped.running = false;
    const steps = done(await up(shop));
    assert.ok(steps.includes("create shop-production-c"), steps.join("\n"));
    assert.ok(steps.includes("update shop-production-a"), steps.join("\n"));
    assert.equal(stopped?.running, true);
    assert.deepEqual(astray(engine, shop, planOf(shop, false)), []);
  });

  it("does nothing in a preview, and tells what the run then does", async () => {
    await up(shop);
    const next = app({ a: data, b: { ...http, version: 2, needs: ["a"] } });
    const [containers, state] = [[...engine.containers.keys()], JSON.stringify(stage.state.resources)];
    const foreseen = await up(next, { preview: true });
    assert.deepEqual([...engine.containers.keys()], containers);
    assert.equal(JSON.stringify(stage.state.resources), state);
    const told = done(foreseen).filter((step) => !step.startsWith("delete replaced"));
    const steps = done(await up(next)).filter((step) => !step.startsWith("delete replaced"));
    assert.deepEqual(told.sort(), steps.sort());
  });

  it("takes away first what a killed run had replaced, where it holds a port of the machine", async () => {
    const raw = changed("c", { role: "raw" });
    await up(raw);
    assert.equal(
      (await up(changed("c", { role: "plain" }), { failing: new Set(["cutover", "record"]) })).result,
      "failed",
    );
    assert.equal(of("c").length, 2, "the one that holds the port goes at the end of a run that succeeds");
    assert.equal((await up(raw)).failure, undefined);
    assert.deepEqual(astray(engine, raw, planOf(raw, false)), []);
  });

  it("takes away first what a killed run had replaced, where it is on a network that there cannot be two of", async () => {
    const pooled = (env: number, pool: number): App =>
      app({ ...shop.services, c: { ...plain, env, networks: ["pool"] } }, { back: 0, pool });
    await up(pooled(1, 0));
    assert.equal((await up(pooled(2, 0), { failing: new Set(["record"]) })).result, "failed");
    assert.equal((await up(pooled(2, 1))).failure, undefined);
    assert.deepEqual(astray(engine, pooled(2, 1), planOf(pooled(2, 1), false)), []);
  });

  it("takes everything down but the data, and finds the data again", async () => {
    await up(shop);
    assert.equal((await stage.down({ plan: planOf(shop, false) })).result, "succeeded");
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
    assert.deepEqual(engine.harm, []);
    assert.ok(engine.volumes.has("shop-production_v0"));
    assert.deepEqual(stage.state.resources, []);
    assert.equal((await up(shop)).result, "succeeded");
  });

  it("takes down what a killed run left", async () => {
    await up(shop);
    await up(changed("b", { version: 2 }), { killAt: 20 });
    assert.equal((await stage.down({ plan: planOf(shop, false) })).result, "succeeded");
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
  });

  it("converges after a kill at every single moment", async () => {
    // From the one to the other and back, so that no run only prepares the next.
    const apps = [app({ a: data, b: http }), app({ a: { ...data, env: 2 }, b: { ...http, version: 2 } })] as const;
    const plans = apps.map((each) => planOf(each, false));
    const [first, second] = plans as [StagePlan, StagePlan];
    await stage.up({ plan: first });
    for (let killAt = 1, ended = false; !ended; killAt++) {
      const [plan, wanted] = killAt % 2 ? ([second, apps[1]] as const) : ([first, apps[0]] as const);
      ended = (await stage.up({ plan, killAt })).result === "succeeded";
      assert.equal((await stage.up({ plan })).result, "succeeded", `after a kill at ${killAt}`);
      assert.deepEqual([astray(engine, wanted, plan), engine.harm], [[], []], `after a kill at ${killAt}`);
    }
  }).timeout(60_000);
});

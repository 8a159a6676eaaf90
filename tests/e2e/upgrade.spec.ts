import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replacePackage, versionBefore, type Before } from "./before";
import { ids } from "./docker";
import { onTellingEngine } from "./engines";
import { assertClear, inOrder, succeeds, upAndClean } from "./expect";
import { Shop } from "./shop";

/** What the first update may change: what steps read, and what holds them. */
const steps = ["command:local:Command", "slipway:release:SigningKey"];

/**
 * What people have who move on to this version: stages of the version before. Where this version means to change what steps do, as signing
 * does, its first update runs those steps, and touches nothing that serves. The registry that a stage runs moves to a network of its own and
 * behind a login, which every step that works with it has to know.
 */
onTellingEngine("an upgrade from the version before", (kind) => {
  inOrder();

  let version: Before;
  let shop: Shop;
  /** This version's package, while the project has the other one. */
  let kept: string;

  before(async function () {
    this.timeout(300_000);
    const found = await versionBefore();
    if (typeof found === "string") {
      console.log(`    not run: ${found}`);
      return this.skip();
    }
    version = found;
    console.log(`    from ${version.version}`);
    shop = await Shop.open(kind, "own");
    kept = mkdtempSync(join(tmpdir(), "slipway-kept-"));
    replacePackage(shop.project.folder, version.folder, kept);
  });

  after(async () => {
    await shop?.project.dispose();
    if (kept) rmSync(kept, { recursive: true, force: true });
  });

  /** What a move must leave as it is. */
  const standing = async (stage: string): Promise<unknown> => {
    const { release } = await shop.project.engine.outputs(stage);
    const running = await ids(shop.project.name, stage);
    return { running, release: release?.name, images: release?.images, ledger: await shop.project.releases() };
  };

  it("begins with two stages that the version before brought up", async () => {
    await succeeds(shop.project.engine.up("staging"));
    await succeeds(shop.project.engine.up("production"));
    assert.equal((await shop.visit("production")).visits, 1);
  });

  it("says that staging's registry moves behind a login, and moves it with all that it holds", async () => {
    const { engine } = shop.project;
    replacePackage(shop.project.folder, kept);
    const early = await engine.preview("production");
    assert.ok(!early.ok, "what staging proved before is not signed yet");
    assertClear(early, /slipway\.pub is missing, .*pulumi up of the stage that builds writes it/);
    const before = await standing("staging");
    const foreseen = await succeeds(engine.preview("staging"));
    assert.match(foreseen.text, /The registry is replaced: .*asks for a login/);
    const { text } = await upAndClean(engine, "staging");
    assert.match(text, /is in the registry already, under the shorter tag of before/);
    assert.doesNotMatch(text, /pushed .*@sha256/, "an image was built anew");
    assert.deepEqual(await standing("staging"), before);
    assert.ok(await shop.project.login());
    assert.equal((await succeeds(engine.up("staging"))).changes, 0);
  });

  it("touches no service of production and makes its edge anew once, and then finds nothing to do", async () => {
    const { engine } = shop.project;
    const before = await standing("production");
    const { changes, text } = await succeeds(engine.preview("production"));
    const others = changes.filter(({ type }) => !steps.includes(type)).map(({ name }) => name);
    // The edge gets its limits and gives its capabilities up.
    assert.deepEqual(others, [`${shop.project.name}-production-edge-proxy`]);
    assert.match(text, /The edge is replaced/);
    await upAndClean(engine, "production");
    assert.deepEqual(await standing("production"), before);
    assert.equal((await succeeds(engine.up("production"))).changes, 0);
  });

  it("makes and promotes the next release, and goes back to one of the version before", async () => {
    const { project } = shop;
    const [old = ""] = await project.releases();
    project.edit("web/server.mjs", "web 1", "web 2");
    await project.commit("Change the window");
    await succeeds(project.engine.up("staging"));
    await upAndClean(project.engine, "production");
    assert.deepEqual([(await shop.look("production")).version, (await shop.look("production")).visits], ["web 2", 1]);
    await project.engine.setConfig("production", "release", old);
    await upAndClean(project.engine, "production");
    assert.deepEqual([(await shop.look("production")).version, (await shop.look("production")).visits], ["web 1", 1]);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replacePackage, versionBefore, type Before } from "./before";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Shop } from "./shop";

/** Whoever moves on to this version finds nothing to do: what is declared is what the version before declared. */
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

  it("begins with two stages that the version before brought up", async () => {
    await succeeds(shop.project.engine.up("staging"));
    await succeeds(shop.project.engine.up("production"));
    assert.equal((await shop.visit("production")).visits, 1);
  });

  for (const stage of ["staging", "production"]) {
    it(`finds nothing to do in ${stage}`, async () => {
      if (stage === "staging") replacePackage(shop.project.folder, kept);
      // By the program and what the machine shows, and then by the program alone.
      const drift = await shop.project.engine.refreshPreview(stage);
      assert.ok(drift.ok, drift.text);
      assert.equal((await succeeds(shop.project.engine.up(stage))).changes, 0);
    });
  }

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

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onEngine, pulumi } from "../engines";
import { inOrder } from "../expect";
import { OwnEngine } from "./dockerd";
import { told } from "./load";
import { reasonIn } from "./reason";
import { until } from "../until";
import { CrashStage } from "./stage";
import { noted, rowsOf, takeRows } from "./table";

/** Where what was seen there is handed over. */
const handed = join(tmpdir(), `slipway-rows-${process.pid}.json`);

/** What failed, in one line: the sum at a run's end shows the first line of each failure. */
function failuresIn(printed: string): string {
  return printed.slice(printed.search(/^ +\d+ failing/m)).replace(/\s+/g, " ");
}

const web = /^Container \S+-web creating replacement/;

onEngine(pulumi, "a crash of the machine", () => {
  inOrder();

  if (!OwnEngine.isApart) {
    before(async function () {
      const reason = await OwnEngine.missing();
      if (reason) {
        console.log(`    not run: ${reason}`);
        this.skip();
      }
    });

    it("is looked at in a network of its own", async function () {
      this.timeout(20 * 60_000);
      const mocha = require.resolve("mocha/bin/mocha.js");
      const hooks = join(__dirname, "..", "hooks.ts");
      const args = [mocha, "--no-config", "--import=tsx", "--require", hooks, "--timeout", "600000", __filename];
      const { code, printed } = await OwnEngine.apart(process.execPath, args, { [rowsOf]: handed });
      takeRows(handed);
      assert.equal(code, 0, failuresIn(printed));
    });
    return;
  }

  let engine: OwnEngine;
  let stage: CrashStage;
  const former = process.env["DOCKER_HOST"];

  before(async () => {
    engine = await OwnEngine.start(3000);
    process.env["DOCKER_HOST"] = engine.host;
    stage = await CrashStage.open("own");
  });

  after(async () => {
    await stage?.close();
    if (former === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = former;
    await engine?.end();
  });

  it("serves again as soon as the Docker Engine is back from a restart in the middle of a promotion", async () => {
    const load = stage.visited();
    stage.want(stage.other);
    const update = stage.begin();
    await update.says(web);
    const away = await engine.restart();
    await until(async () => (await stage.served().catch(() => "")) !== "", 180, "nothing serves");
    const code = await update.ended;
    for (const { Name, State } of await stage.containers()) console.log(`      ${Name.slice(1)} ${State.Status}`);
    const served = await stage.served();
    await stage.keepsData();
    const over = await stage.leftOver();
    await stage.converges();
    const seen = await load.leave();
    noted({
      crash: `Docker Engine restarted (away for ${away.toFixed(1)} s)`,
      failed: code === 0 ? "it succeeded" : reasonIn(update.text),
      seen,
      left: `${served === stage.wanted ? "the new release" : "the last good release"}; beside it ${over.join(", ") || "nothing"}`,
      mended: "one `pulumi up`",
    });
    // How long it was away is the Engine's business: that it came back by itself was waited for above.
    assert.ok(seen.requests > seen.failed, told(seen));
  });

  it("serves on while the disk is full, and converges when there is room again", async () => {
    const load = stage.visited();
    const old = stage.wanted;
    stage.want(stage.other);
    const update = stage.begin();
    await update.reached(1);
    const makeRoom = await engine.fill();
    const code = await update.ended;
    const served = await stage.served();
    await stage.keepsData();
    makeRoom();
    const over = await stage.leftOver();
    await stage.converges();
    const seen = await load.leave();
    noted({
      crash: "the machine's disk full",
      failed: code === 0 ? "it succeeded" : reasonIn(update.text),
      seen,
      left: `${served === old ? "the last good release" : "the new release"}; beside it ${over.join(", ") || "nothing"}`,
      mended: "room on the disk, one `pulumi up`",
    });
    assert.equal(seen.failed, 0, told(seen));
  });
});

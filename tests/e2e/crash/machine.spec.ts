import assert from "node:assert/strict";
import { onEngine, pulumi } from "../engines";
import { inOrder } from "../expect";
import { OwnEngine } from "./dockerd";
import { told } from "./load";
import { reasonIn } from "./reason";
import { until } from "./running";
import { CrashStage } from "./stage";
import { noted } from "./table";

const web = /^Container \S+-web creating replacement/;

onEngine(pulumi, "a crash of the machine", () => {
  inOrder();

  let engine: OwnEngine;
  let stage: CrashStage;
  const usual = process.env["DOCKER_HOST"];

  before(async function () {
    const reason = await OwnEngine.missing();
    if (reason) {
      console.log(`    not run: ${reason}`);
      this.skip();
    }
    engine = await OwnEngine.start(3000);
    // The registry and the stand-ins stay on this machine's own Engine, whose addresses both reach.
    stage = await CrashStage.open(() => (process.env["DOCKER_HOST"] = engine.host));
  });

  after(async () => {
    await stage?.close();
    if (usual === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = usual;
    await engine?.end();
  });

  it("serves again as soon as the Docker Engine is back from a restart in the middle of a promotion", async () => {
    const load = stage.visited();
    stage.want(stage.other);
    const update = stage.begin();
    await update.says(web);
    const away = await engine.restart();
    await until(async () => (await stage.served().catch(() => "")) !== "", 60, "nothing serves");
    const code = await update.ended;
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
    assert.ok(seen.longestGap < (away + 15) * 1000, told(seen));
  });

  it("serves on while the disk is full, and converges when there is room again", async () => {
    const load = stage.visited();
    const old = stage.wanted;
    stage.want(stage.other);
    const update = stage.begin();
    await update.reached(1);
    const makeRoom = engine.fill();
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

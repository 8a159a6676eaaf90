import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { onEngine, pulumi } from "../engines";
import { inOrder, succeeds } from "../expect";
import { told } from "./load";
import { chance } from "./chance";
import { CrashStage } from "./stage";
import { onePerPhase, phaseCount, pull, spread } from "./phases";
import { end, type Point, type Process } from "./running";
import { noted } from "./table";
import { until } from "../until";

/** At how many points a promotion is killed, or `phases`: once in each of its phases. */
const asked = process.env["SLIPWAY_KILLS"] ?? "20";
const most = asked === "phases" ? phaseCount : Number(asked);
const where = asked === "phases" ? "once in each phase" : `at ${asked} points`;

onEngine(pulumi, "a crash of pulumi itself", () => {
  inOrder();

  let stage: CrashStage;
  let points: Point[] = [];
  const lingering: Process[] = [];
  let cutShort = 0;

  before(async () => {
    stage = await CrashStage.open();
  });

  after(async () => {
    lingering.forEach(end);
    await stage?.close();
  });

  it("is looked at by what a promotion does, one thing after the other", async () => {
    stage.want("second");
    const load = stage.visited();
    const update = stage.begin();
    assert.equal(await update.ended, 0, update.text);
    points = update.timed();
    const seen = await load.leave();
    console.log(points.map(({ what, lasts }) => `      ${what}, for ${Math.round(lasts)} ms`).join("\n"));
    await stage.isWhole();
    assert.equal(seen.failed, 0, told(seen));
    assert.ok(points.length >= 20, `only ${points.map(({ what }) => what).join("\n")}`);
  });

  it(`serves on, keeps its data and converges after a kill ${where} of a promotion`, async function () {
    this.timeout(most * 180_000);
    const random = chance();
    const load = stage.visited();
    const left: string[] = [];
    const recoveries = { recover: 0, cancel: 0 };
    try {
      const all = asked === "phases" ? onePerPhase(points, random()) : spread(points, most);
      for (const [kill, at] of all.entries()) {
        const everything = kill % 2 === 0;
        const how = kill % 4 < 2 ? "recover" : "cancel";
        stage.want(stage.other);
        const wait = random() * Math.min(points[at]?.lasts ?? 0, 3000);
        const came = pull.test(points[at]?.what ?? "")
          ? await killedWhilePulling(wait, everything)
          : await killedAt(at, wait, everything);
        const serves = await stage.served();
        await stage.keepsData();
        const over = await stage.leftOver();
        left.push(...over);
        await clear(how);
        recoveries[how]++;
        await stage.converges();
        const whose = everything ? "all of it" : "pulumi alone";
        console.log(
          `      ${new Date().toISOString()} ${String(kill + 1).padStart(3)}  ${whose}, ${came}: ${serves} served, ${over.join(", ") || "nothing"} beside, ${how} and up`,
        );
      }
    } finally {
      const seen = await load.leave();
      noted({
        crash: `pulumi killed (SIGKILL) ${where}, in turns alone and with all that it started`,
        failed: "where it was killed",
        seen,
        left: `the last good release; beside it containers of ${summed(left)}`,
        mended: `\`slipway recover --yes\` (${recoveries.recover}) or \`pulumi cancel\` (${recoveries.cancel}${cutShort > 0 ? `, of which ${cutShort} found a state cut short and took \`slipway recover\`` : ""}), then one \`pulumi up\``,
      });
      assert.equal(
        seen.failed,
        0,
        [told(seen), ...seen.outages, seen.failed > 0 ? await stage.edgeLog() : ""].join("\n"),
      );
    }
  });

  it("leaves nothing behind where what was killed is taken back, and nothing changes", async () => {
    const before = stage.wanted;
    const load = stage.visited();
    stage.want(stage.other);
    const update = stage.begin();
    await update.says(/^Container \S+-web creating replacement/);
    await pause(300);
    lingering.push(...(await update.kill(true)));
    const over = await stage.leftOver();
    assert.deepEqual(over.includes("web"), true, `no web was left: ${over.join(", ")}`);
    stage.want(before);
    assert.equal((await stage.pulumi("cancel", "--yes")).code, 0);
    const { changes } = await succeeds(stage.engine.up("production"));
    await stage.isWhole();
    const seen = await load.leave();
    noted({
      crash: "pulumi killed while it makes a container, then the release taken back",
      failed: "where it was killed",
      seen,
      left: `the last good release; beside it ${over.join(", ")}`,
      mended: `\`pulumi cancel\`, then one \`pulumi up\`, which changed ${changes} resources`,
    });
    assert.equal(seen.failed, 0, told(seen));
  });

  it("is refused a recovery while it runs, and can be destroyed after one", async () => {
    stage.want(stage.other);
    const update = stage.begin();
    await update.says(/creating/);
    const { code, stderr } = await stage.recover();
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /An update of production still runs \(.*process \d+.*\): wait until it ends, or interrupt it\./,
    );
    lingering.push(...(await update.kill(true)));
    const recovered = await stage.recover();
    assert.equal(recovered.code, 0, recovered.stderr);
    console.log(recovered.stdout.replace(/^/gm, "      ").trimEnd());
    const again = await stage.recover();
    assert.equal(again.stdout.trim(), "production: nothing to clear up; bring it up with pulumi up -s production");
    await succeeds(stage.engine.destroy("production"));
    assert.deepEqual(await stage.containers(), []);
    await stage.keepsData();
  });

  /** Kills an update a moment after it said that it does something. @returns what it was doing */
  async function killedAt(point: number, wait: number, everything: boolean): Promise<string> {
    const update = stage.begin();
    await update.reached(point + 1);
    await Promise.race([pause(wait), update.ended]);
    lingering.push(...(await update.kill(everything)));
    return `${Math.round(wait)} ms after "${update.points.at(-1) ?? "it began"}"`;
  }

  /** Kills an update in the middle of the pull of the new image. @returns what it was doing */
  async function killedWhilePulling(wait: number, everything: boolean): Promise<string> {
    const pulls = await stage.holdPull();
    try {
      const update = stage.begin();
      await until(() => pulls.waiting > 0 || update.isOver, 120, "nothing is pulled");
      await pause(wait);
      assert.ok(pulls.waiting > 0, `it came to its end without a pull:\n${update.text}`);
      lingering.push(...(await update.kill(everything)));
      return `${Math.round(wait)} ms after the Engine asked for the first blob of the new image`;
    } finally {
      pulls.release();
    }
  }

  async function clear(how: "recover" | "cancel"): Promise<void> {
    const { code, stdout, stderr } = how === "recover" ? await stage.recover() : await stage.pulumi("cancel", "--yes");
    if (how === "cancel" && /failed to load checkpoint: EOF/.test(stderr)) {
      // The state's own description was cut short, which Pulumi has no word for.
      cutShort++;
      return clear("recover");
    }
    assert.equal(code, 0, stdout + stderr);
  }
});

function summed(names: string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} (${count} times)`).join(", ") || "nothing";
}

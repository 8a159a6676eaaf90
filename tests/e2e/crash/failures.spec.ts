import assert from "node:assert/strict";
import { docker } from "../docker";
import { onEngine, pulumi } from "../engines";
import { inOrder, succeeds } from "../expect";
import { told } from "./load";
import { reasonIn } from "./reason";
import { end, type RunningUpdate } from "./running";
import { until } from "../until";
import { CrashStage, roleOf } from "./stage";
import { noted } from "./table";

/** Something that befalls a promotion which goes on living, and what comes of it. */
interface Case {
  crash: string;
  /** What is set up before the promotion. */
  prepare?(stage: CrashStage): Promise<void> | void;
  /** What befalls it while it is under way. */
  strike?(stage: CrashStage, update: RunningUpdate): Promise<void>;
  /** What is put right again before the next update: what somebody would do who sees what happened. */
  mend?(stage: CrashStage): Promise<void> | void;
  /** What was done so, for the table. */
  mended?: string;
  /** What the failed promotion says. */
  says: RegExp;
  /** Which edition serves afterwards. */
  serves: "the last good release" | "the new release";
  /** Whether visitors may see it. */
  seen?: boolean;
}

const web = /^Container \S+-web creating replacement/;

/** A container that never becomes healthy. */
const ill = "services:\n  web:\n    healthcheck: { test: [CMD, 'false'], interval: 1s, timeout: 1s, retries: 1 }\n";

/** A job that fails, in an overlay. */
const broken = "services:\n  migrate:\n    command: [sh, -c, 'echo there is no table orders; exit 3']\n";

/** The first stands first because a job runs once for a release: at the first promotion to the second one. */
const cases: Case[] = [
  {
    crash: "a job of the new release fails",
    prepare(stage) {
      stage.project.write("broken.yaml", broken);
      stage.set("overlay", "broken.yaml");
    },
    mend: (stage) => stage.set("overlay", undefined),
    mended: "a job that succeeds, ",
    says: /there is no table orders/,
    serves: "the last good release",
  },
  {
    crash: "provider plugins killed",
    async strike(_, update) {
      await update.says(web);
      const plugins = update.started().filter(({ name }) => name.startsWith("pulumi-resource"));
      assert.ok(plugins.length > 0, "no plugin runs");
      plugins.forEach(end);
    },
    says: /error:/,
    serves: "the last good release",
  },
  {
    crash: "new image unhealthy",
    prepare(stage) {
      stage.project.write("ill.yaml", ill);
      stage.set("overlay", "ill.yaml");
    },
    mend: (stage) => stage.set("overlay", undefined),
    mended: "a release that becomes healthy, ",
    says: /The service web is not well: its health check failed/,
    serves: "the last good release",
  },
  {
    crash: "a check fails before the cutover",
    prepare: (stage) => stage.set("checks", [{ service: "web", path: "/", text: "a third edition", timeout: 5 }]),
    mend: (stage) => stage.set("checks", undefined),
    mended: "a check that passes, ",
    says: /The check of web at \/ did not pass before the cutover/,
    serves: "the last good release",
  },
  {
    crash: "a check fails after the cutover",
    prepare(stage) {
      stage.set("checks", [{ service: "web", path: "/well" }]);
      stage.set("watch", 20);
    },
    async strike(stage, update) {
      await until(() => /watching/.test(update.text) || update.isOver, 120, "the release is not watched");
      const [, Id = ""] = (await stage.containers()).filter((each) => roleOf(each) === "web").map((each) => each.Id);
      await docker("exec", Id, "touch", "/tmp/ill");
    },
    mend(stage) {
      stage.set("checks", undefined);
      stage.set("watch", 2);
    },
    mended: "a check that passes, ",
    says: /The check of web at \/well did not pass through the edge: it answered 500/,
    serves: "the last good release",
  },
  {
    crash: "registry gone when it begins",
    prepare: async ({ project }) => project.guarded?.stop(),
    mend: async ({ project }) => project.guarded?.resume(),
    mended: "the registry back, ",
    says: /registry/i,
    serves: "the last good release",
  },
  {
    crash: "registry gone in the middle of it",
    async strike({ project }, update) {
      await update.says(web);
      await project.guarded?.stop();
    },
    mend: async ({ project }) => project.guarded?.resume(),
    mended: "the registry back, ",
    says: /registry/i,
    serves: "the new release",
  },
  {
    crash: "the edge's program killed",
    async strike(stage, update) {
      await update.says(web);
      const { Id } = await stage.container("edge");
      // By its number on the machine: what `docker kill` ends, the Engine would leave ended.
      process.kill(Number(await docker("inspect", "--format", "{{.State.Pid}}", Id)), "SIGKILL");
      await until(async () => (await stage.served().catch(() => "")) !== "", 30, "the edge does not come back");
    },
    says: /(?:)/,
    serves: "the new release",
    seen: true,
  },
  {
    crash: "the edge stopped by hand, which the cutover starts again",
    async strike(stage, update) {
      // Early, and without waiting for requests under way: the cutover is to find it stopped.
      await update.says(/^Command app-backup-step updating/);
      await docker("stop", "--time", "1", (await stage.container("edge")).Id);
    },
    says: /the edge had stopped: starting it/,
    serves: "the new release",
    seen: true,
  },
];

onEngine(pulumi, "a crash of what a promotion needs", () => {
  inOrder();

  let stage: CrashStage;

  before(async () => {
    stage = await CrashStage.open("alone");
  });

  after(async () => {
    await stage?.close();
  });

  for (const { crash, prepare, strike, mend, mended = "", says, serves, seen: isSeen = false } of cases) {
    it(`(${crash}) leaves ${serves} serving and is mended by one update`, async () => {
      const old = stage.wanted;
      const load = stage.visited();
      stage.want(stage.other);
      await prepare?.(stage);
      const update = stage.begin();
      await strike?.(stage, update);
      const code = await update.ended;
      await mend?.(stage);
      const served = await stage.served();
      await stage.keepsData();
      const over = await stage.leftOver();
      const { changes } = await succeeds(stage.engine.up("production"));
      await stage.isWhole();
      const drift = await stage.engine.refreshPreview("production");
      const seen = await load.leave();
      noted({
        crash,
        failed: code === 0 ? "it succeeded" : reasonIn(update.text),
        seen,
        left: `${served === old ? "the last good release" : "the new release"}; beside it ${over.join(", ") || "nothing"}`,
        mended: `${mended}one \`pulumi up\`${changes === 0 ? ", which found nothing to do" : ""}`,
      });
      assert.match(update.text, says);
      assert.equal(served, serves === "the last good release" ? old : stage.wanted);
      assert.ok(drift.ok, drift.text);
      if (!isSeen) assert.equal(seen.failed, 0, told(seen));
    });
  }
});

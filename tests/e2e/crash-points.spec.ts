import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { containers, docker, leftovers } from "./docker";
import { onEngine, runner } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { root } from "./requirements";
import type { EmbeddedRunner } from "./runner";
import { Visitor } from "./visitor";

/** From one release to the other. */
interface Way {
  to: string;
  prepare: () => Promise<void>;
}

/** Not each point is tried each time, unless SLIPWAY_POINTS=all asks for it: that takes half an hour. */
const [stride, which] = process.env["SLIPWAY_POINTS"] === "all" ? [1, "every point"] : [5, "every fifth point"];

/** What a run that is killed at some point leaves is the next one's to mend, wherever that point is. */
onEngine(runner, `an update of the demo that is killed, at ${which} of it`, (kind) => {
  inOrder();

  let project: Project;
  let port = 0;
  /** Whether the release to come never becomes healthy. */
  let isIll = false;
  /** What there is of production while nothing is under way. */
  let whole: Record<string, number>;
  const releases: { old: string; new: string } = { old: "", new: "" };

  const engine = (): EmbeddedRunner => project.engine as EmbeddedRunner;
  const there = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      Object.entries(await leftovers(project.name, "production")).map(([what, names]) => [what, names.length]),
    );
  const dataVolumes = async (): Promise<string[]> =>
    (await leftovers(project.name)).volume.filter((name) => /_db-data$|-registry$/.test(name)).sort();
  /** The release that the page says it is. */
  const served = async (): Promise<string> => {
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    return /v[0-9a-f]{7}-\d{8}-\d{6}/.exec(page)?.[0] ?? page;
  };

  before(async () => {
    project = await Project.create(kind, "crash", join(root, "apps", "demo"));
    const [web = 0, other = 0] = await freePorts(2);
    port = web;
    const registry = await project.sharedRegistry();
    const settings = (own: number): Record<string, unknown> => ({
      registry,
      env: { WEB_PORT: String(own), ENABLE_TEST_DATA: "false" },
    });
    // A config file, so that a release can change one.
    project.edit("compose.yaml", "  web:\n    <<: *program\n", "  web:\n    <<: *program\n    configs: [notice]\n");
    project.edit(
      "compose.yaml",
      "\nvolumes:\n  db-data:\n",
      "\nconfigs:\n  notice: { content: first }\n\nvolumes:\n  db-data:\n",
    );
    project.edit("compose.yaml", "interval: 2s", "interval: 1s");
    await project.commit("Show a notice");
    await project.stage("staging", { ...settings(other), compose: "compose.yaml" });
    await project.stage("production", { ...settings(web), promoteFrom: "staging" });
    for (const stage of ["staging", "production"]) {
      await project.logIn(stage);
      await engine().setConfig(stage, "env.DB_PASSWORD", randomBytes(9).toString("hex"), { secret: true });
    }
    await succeeds(engine().up("staging"));
    await succeeds(engine().up("production"));
    releases.old = (await engine().outputs("staging")).release?.name ?? "";
    project.edit("compose.yaml", "content: first", "content: second");
    project.edit("web/src/style.ts", "", "// Another look.\n");
    await project.commit("Show another notice");
    await succeeds(engine().up("staging"));
    releases.new = (await engine().outputs("staging")).release?.name ?? "";
    // It has done its part, and would take its share of the machine.
    await docker("stop", ...(await containers(project.name, "staging")).map(({ Id }) => Id));
    whole = await there();
  });

  after(async () => {
    await project?.dispose();
  });

  it("goes on serving, loses no data and converges, for a promotion and a rollback", async function () {
    this.timeout(40 * 60_000);
    await throughEveryPoint([
      { to: releases.new, prepare: () => engine().removeConfig("production", "release") },
      { to: releases.old, prepare: () => engine().setConfig("production", "release", releases.old) },
    ]);
  });

  it("does so for a release that never becomes healthy", async function () {
    this.timeout(20 * 60_000);
    const ill = "services:\n  web:\n    healthcheck: { test: [CMD, 'false'], interval: 1s, timeout: 1s, retries: 1 }\n";
    project.write("ill.yaml", ill);
    await engine().removeConfig("production", "release");
    await engine().setConfig("production", "overlay", "ill.yaml");
    isIll = true;
    const { points, ok, out } = await run(0);
    assert.equal(ok, false, "the release came up");
    assert.ok(
      points.some((what) => /^failed (create|replace) of \S+-web$/.test(what)),
      out,
    );
    assert.equal(await served(), releases.old);
    await engine().removeConfig("production", "overlay");
    await engine().setConfig("production", "release", releases.old);
    await converges(releases.old);
    for (let at = 1; at <= points.length; at += stride) {
      await engine().removeConfig("production", "release");
      await engine().setConfig("production", "overlay", "ill.yaml");
      await holds(at, releases.old, releases.old);
      await engine().removeConfig("production", "overlay");
      await engine().setConfig("production", "release", releases.old);
      await converges(releases.old);
    }
  });

  /** Goes to and fro between two releases, killed at a later point each time, until both come to their end. */
  async function throughEveryPoint(ways: Way[]): Promise<void> {
    const visitor = new Visitor(`http://127.0.0.1:${port}/`);
    try {
      await toAndFro(ways);
      await upAndClean(engine(), "production");
    } finally {
      const { requests, failures } = await visitor.leave();
      console.log(`      ${requests} requests meanwhile, ${failures.length} of them failed`);
      assert.deepEqual(failures, []);
    }
  }

  async function toAndFro(ways: Way[]): Promise<void> {
    let left = ways;
    let from = releases.old;
    for (let begin = 1; left.length > 0; begin += stride) {
      for (const [index, way] of ways.entries()) {
        await way.prepare();
        const at = begin + Math.floor((index * stride) / ways.length);
        if (left.includes(way) && (await holds(at, from, way.to))) left = left.filter((other) => other !== way);
        await converges(way.to);
        from = way.to;
      }
    }
  }

  /** Kills an update at a point and looks at what is left. Whether the update came to its end before that point. */
  async function holds(at: number, from: string, to: string): Promise<boolean> {
    const data = await dataVolumes();
    const { points, killed, ok, out } = await run(at);
    const now = await served();
    // What failed by itself would pass for an update that was killed, and nothing behind that would ever be tried.
    if (!killed) assert.ok(ok ? now === to : isIll, out);
    console.log(
      `      ${String(at).padStart(3)}  ${killed ? points.at(-1) : "(it ended before)"}: ${now === from ? "the old release" : "the new release"} serves`,
    );
    assert.ok(now === from || now === to, `${now} serves`);
    assert.deepEqual(await dataVolumes(), data, "a volume is gone");
    return !killed;
  }

  async function converges(release: string): Promise<void> {
    await succeeds(engine().up("production"));
    assert.equal(await served(), release);
    assert.equal((await engine().outputs("production")).release?.name, release);
    assert.deepEqual(await there(), whole, "something is left over");
  }

  async function run(at: number): Promise<{ points: string[]; killed: boolean; ok: boolean; out: string }> {
    const args = ["--import", "tsx", join(__dirname, "killed.ts"), project.folder, "production", String(at)];
    // A group of its own, with which everything ends that it started.
    const child = spawn(process.execPath, args, {
      cwd: root,
      detached: true,
      env: { ...process.env, ...engine().env },
    });
    const [[code, signal], out] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
    const points = [...out.matchAll(/^point \d+: (.*)$/gm)].map(([, what = ""]) => what);
    assert.ok(points.length > 0, out);
    return { points, killed: signal === "SIGKILL", ok: code === 0, out };
  }
});

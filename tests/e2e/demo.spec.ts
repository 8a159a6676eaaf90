import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { services } from "./docker";
import { onEachEngine } from "./engines";
import { inOrder, succeeds, touched, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { root } from "./requirements";

onEachEngine("the demo, from staging to production", (kind) => {
  inOrder();

  let project: Project;
  const ports = { staging: 0, production: 0 };
  type Stage = keyof typeof ports;

  const page = async (stage: Stage): Promise<string> => (await fetch(`http://127.0.0.1:${ports[stage]}/`)).text();
  const counter = async (stage: Stage): Promise<{ count?: number; release?: string }> =>
    (await (await fetch(`http://127.0.0.1:${ports[stage]}/api/counter`)).json()) as {
      visits?: number;
      release?: string;
    };

  before(async () => {
    project = await Project.create(kind, "demo", join(root, "apps", "demo"), "apps/demo");
    const registry = await project.sharedRegistry();
    [ports.staging = 0, ports.production = 0] = await freePorts(2);
    const settings = (stage: Stage, testData: string): Record<string, unknown> => ({
      registry,
      overlay: `apps/demo/compose.${stage}.yaml`,
      env: { WEB_PORT: String(ports[stage]), ENABLE_TEST_DATA: testData },
    });
    await project.stage("staging", { ...settings("staging", "true"), compose: "apps/demo/compose.yaml" });
    await project.stage("production", { ...settings("production", "false"), promoteFrom: "staging" });
    for (const stage of ["staging", "production"]) {
      await project.logIn(stage);
      await project.engine.setConfig(stage, "env.DB_PASSWORD", randomBytes(9).toString("hex"), { secret: true });
    }
  });

  after(async () => {
    await project?.dispose();
  });

  it("comes up in staging, with a yellow banner, its release and a counter", async () => {
    await upAndClean(project.engine, "staging");
    const { release } = await project.engine.outputs("staging");
    const text = await page("staging");
    assert.match(text, /<title>[^<]*staging/i);
    assert.ok(text.includes(release?.name ?? "none"), text);
    assert.equal((await counter("staging")).release, release?.name);
  });

  it("is promoted to production with the same digests and data of its own", async () => {
    const visits = (await counter("staging")).count ?? 0;
    assert.ok(visits > 0);
    await upAndClean(project.engine, "production");
    assert.match(await page("production"), /<title>[^<]*production/i);
    assert.equal((await counter("production")).count, 1);
    const [staging, production] = [await services(project.name, "staging"), await services(project.name, "production")];
    assert.deepEqual(Object.keys(production).sort(), ["api", "cache", "db", "web"]);
    for (const [service, { Config, Image }] of Object.entries(production)) {
      assert.equal(Image, staging[service]?.Image);
      assert.equal(Config.Image, staging[service]?.Config.Image);
    }
  });

  it("takes a change of the page to production, and nothing else", async () => {
    const visits = (await counter("production")).count;
    project.edit("apps/demo/web/src/style.ts", "", "// Another look, some day.\n");
    await project.commit("Announce another look");
    await succeeds(project.engine.up("staging"));
    assert.deepEqual(touched(await succeeds(project.engine.preview("production")), project, "production"), ["web"]);
    await upAndClean(project.engine, "production");
    assert.deepEqual((await project.engine.outputs("production")).promotion?.changed, ["web"]);
    assert.equal((await counter("production")).count, visits);
  });

  it("is rolled back", async () => {
    const { promotion } = await project.engine.outputs("production");
    await project.engine.setConfig("production", "release", promotion?.from ?? "none");
    await upAndClean(project.engine, "production");
    assert.ok((await page("production")).includes(promotion?.from ?? "none"));
  });
});

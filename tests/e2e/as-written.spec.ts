import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";

onTellingEngine("an application as people write it for docker compose", (kind) => {
  inOrder();

  let project: Project;
  const urls: Record<string, string> = {};

  const asked = async (stage: string, path = "/"): Promise<unknown> =>
    (await fetch(`${urls[stage] ?? ""}${path}`)).json() as Promise<unknown>;
  const change = async (from: string, to: string): Promise<void> => {
    project.edit("compose.yaml", from, to);
    await project.commit(`From ${from} to ${to}`);
  };
  const inStore = async (stage: string, ...command: string[]): Promise<string> => {
    const { Id = "" } = (await services(project.name, stage))["store"] ?? {};
    return docker("exec", Id, "redis-cli", ...command);
  };

  before(async () => {
    project = await Project.create(kind, "as-written", join(__dirname, "fixtures", "as-written"));
    const ports = await freePorts(4);
    const registry = await project.sharedRegistry();
    for (const [index, stage] of ["staging", "production"].entries()) {
      const env = { WEB_PORT: ports[2 * index], STORE_PORT: ports[2 * index + 1] };
      urls[stage] = `http://127.0.0.1:${ports[2 * index]}`;
      const from = stage === "staging" ? { compose: "compose.yaml" } : { promoteFrom: "staging" };
      await project.stage(stage, { ...from, registry, env, watch: 2 });
      await project.logIn(stage);
    }
    // What somebody has from docker compose, and git does not hold.
    mkdirSync(join(project.folder, "state"));
    writeFileSync(join(project.folder, "state", "session.db"), "from before");
  });

  after(() => project?.dispose());

  it("comes to staging, and a preview says what was taken for what", async () => {
    const { text } = await succeeds(project.engine.preview("staging"));
    for (const sentence of [
      /The container_name shop-store of the service store is an alias on its networks/,
      /The service migrate runs once for each release, as a job, because web waits for its end/,
      /The service seed runs once for each release, as a job, because nothing starts it again/,
      /The port \d+ of the database store is published on the machine's own addresses alone \(127\.0\.0\.1\): reach it from elsewhere with ssh -L/,
      /The service store writes to \.\/data, which git does not hold, so it is data: it lies on the volume \S+-staging_data-\w{8},/,
      /The service web writes to \.\/uploads, which git does not hold/,
      /The service web mounts \.\/greeting\.txt for writing, which git holds, so it is configuration/,
    ]) {
      assert.match(text, sentence);
    }
    // It is known from the answers of its containers that web speaks HTTP: the edge holds its port from the next update on.
    await succeeds(project.engine.up("staging"));
    await upAndClean(project.engine, "staging");
    // The mark of the empty folder is in it.
    assert.deepEqual(await asked("staging"), ["first", "good day", "found", 11, 1]);
    assert.deepEqual(await asked("staging", "/write"), ["first", "good day", "found", 12, 2]);
    assert.equal(await inStore("staging", "get", "edition"), "first");
    assert.equal(await inStore("staging", "get", "seeded"), "1");
  });

  it("is promoted, keeps its data at an update, and goes back", async () => {
    await upAndClean(project.engine, "production");
    assert.deepEqual(await asked("production", "/write"), ["first", "good day", "found", 1, 1]);
    await inStore("production", "set", "order", "42");
    const { release } = await project.engine.outputs("staging");
    await change("EDITION: first", "EDITION: second");
    await succeeds(project.engine.up("staging"));
    await upAndClean(project.engine, "production");
    assert.deepEqual(await asked("production", "/write"), ["second", "good day", "found", 2, 2]);
    await project.engine.setConfig("production", "release", release?.name ?? "");
    await upAndClean(project.engine, "production");
    assert.deepEqual(await asked("production"), ["first", "good day", "found", 2, 2]);
    assert.equal(await inStore("production", "get", "order"), "42");
  });

  it("leaves its data where it is destroyed, and finds them again", async () => {
    await succeeds(project.engine.destroy("production"));
    await succeeds(project.engine.up("production"));
    assert.deepEqual(await asked("production"), ["first", "good day", "found", 2, 2]);
    assert.equal(await inStore("production", "get", "order"), "42");
  });
});

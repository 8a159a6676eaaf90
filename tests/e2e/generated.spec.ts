import assert from "node:assert/strict";
import { join } from "node:path";
import { docker, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, refuses, succeeds, touched, upAndClean } from "./expect";
import { Project } from "./project";
import { places, ProcessWatch } from "./secrets";

onTellingEngine("secrets that a stage makes up for itself", (kind) => {
  inOrder();

  let project: Project;
  let first: Held;

  interface Held {
    root: string;
    login: string;
    session: string;
  }

  /** What the service has been given. */
  const held = async (stage: string): Promise<Held> => {
    const { app } = await services(project.name, stage);
    const read = (path: string): Promise<string> => docker("exec", app?.Id ?? "none", "cat", path);
    const session = app?.Config.Env.find((text) => text.startsWith("SESSION_KEY=")) ?? "none";
    return {
      root: await read("/run/secrets/root"),
      login: await read("/etc/login"),
      session: session.split("=")[1] ?? "",
    };
  };

  before(async () => {
    project = await Project.create(kind, "generated", join(__dirname, "fixtures", "generated"));
    const registry = await project.sharedRegistry();
    const generate = { ROOT_PASSWORD: {}, SESSION_KEY: { length: 48, special: "-_" } };
    await project.stage("staging", { compose: "compose.yaml", registry, generate });
    await project.stage("production", { promoteFrom: "staging", registry, generate });
    for (const stage of ["staging", "production"]) {
      await project.logIn(stage);
    }
  });

  after(async () => {
    await project?.dispose();
  });

  it("need not be there in the first preview", async () => {
    const preview = await succeeds(project.engine.preview("staging"));
    assert.deepEqual(touched(preview, project, "staging"), ["app", "app-files-carrier", "other"]);
  });

  it("are made once, and reach files, environment and jobs", async () => {
    const { text } = await succeeds(project.engine.up("staging"));
    assert.match(text, /migrate \| 37\b/);
    first = await held("staging");
    assert.match(first.root, /^[A-Za-z0-9]{32}$/);
    assert.match(first.session, /^[A-Za-z0-9_-]{48}$/);
    assert.equal(first.login, `root=${first.root}`);
    await upAndClean(project.engine, "staging");
    assert.deepEqual(await held("staging"), first);
  });

  it("are on the machine's disk for root alone, and in the service for its user, whoever that is", async () => {
    const { app } = await services(project.name, "staging");
    assert.ok(app);
    const volume = app.Mounts.find(({ Destination }) => Destination === "/run/slipway")?.Name ?? "none";
    const look = ["run", "--rm", "--volume", `${volume}:/files`, "--entrypoint", "stat", app.Image, "-c", "%a %u"];
    assert.equal(await docker(...look, "/files"), "700 0");
    const read = ["exec", "--user", "12345", app.Id];
    assert.equal(await docker(...read, "cat", "/run/secrets/root"), first.root);
    await assert.rejects(docker(...read, "ls", "/run/slipway"), /ermission denied/);
  });

  it("are each stage's own, and in no process's arguments", async () => {
    const watch = new ProcessWatch({ root: first.root, session: first.session });
    await succeeds(project.engine.up("production"));
    assert.deepEqual(watch.stop(), []);
    const own = await held("production");
    assert.notEqual(own.root, first.root);
    assert.notEqual(own.session, first.session);
  });

  it("are made anew for another word, by which nothing else is touched", async () => {
    const before = await services(project.name, "staging");
    await project.engine.setConfig("staging", "generate.ROOT_PASSWORD.rotate", "2026-11");
    const preview = await succeeds(project.engine.preview("staging"));
    assert.deepEqual(touched(preview, project, "staging"), ["app", "app-files-carrier"]);
    await upAndClean(project.engine, "staging");
    const { root, login, session } = await held("staging");
    assert.match(root, /^[A-Za-z0-9]{32}$/);
    assert.notEqual(root, first.root);
    assert.equal(login, `root=${root}`);
    assert.equal(session, first.session);
    assert.equal((await services(project.name, "staging"))["other"]?.Id, before["other"]?.Id);
  });

  it("can be read nowhere but where they were sent", async () => {
    const [staging, production] = [await held("staging"), await held("production")];
    const found = await places(project, {
      "the file's old value": first.root,
      "staging's file": staging.root,
      "production's file": production.root,
      "staging's variable": staging.session,
    });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", /^staging's variable in docker inspect of container \S+-staging-app-/);
  });

  it("have one source", async () => {
    await project.engine.setConfig("staging", "env.SESSION_KEY", "mine");
    await refuses(project, "staging", /slipway:generate\.SESSION_KEY is in slipway:env as well/);
    await project.engine.removeConfig("staging", "env.SESSION_KEY");
  });
});

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { logFile } from "../../jobs/logFile";
import { openLedger } from "../../plan/ledgerRelease";
import { runCheck, type CheckRun } from "../../docker/checkContainer";
import { Engine } from "../../docker/engine";
import { containers, docker, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { killedAt } from "./killedAt";
import { Project } from "./project";
import { places, ProcessWatch, type Planted } from "./secrets";

onTellingEngine("services that run once", (kind) => {
  inOrder();

  let project: Project;
  const releases: Record<string, string> = {};
  const planted: Planted = {
    token: `planted-${randomBytes(6).toString("hex")}`,
    key: `planted-${randomBytes(6).toString("hex")}`,
  };

  /** What the jobs of a stage have done so far, a line each. */
  const ran = async (stage: string): Promise<string[]> => {
    const all = await containers(project.name, stage);
    const data = all.find(({ Config }) => Config.Labels["slipway.service"] === "data");
    return (await docker("exec", data?.Id ?? "", "cat", "/record/runs")).split("\n");
  };
  const release = async (stage: string): Promise<string> =>
    (await project.engine.outputs(stage)).release?.name ?? "none";
  const jobContainers = async (stage: string): Promise<string[]> =>
    (await containers(project.name, stage))
      .filter(({ Config }) => Config.Labels["slipway.job"] ?? Config.Labels["slipway.check"])
      .map(({ Name, State }) => `${Name} ${State.Status}`);
  const log = (stage: string, job: string, name: string): string =>
    logFile({ project: project.name, stage }, job, name);
  const change = async (from: string, to: string): Promise<void> => {
    project.edit("compose.yaml", from, to);
    await project.commit(`From ${from} to ${to}`);
  };

  before(async () => {
    project = await Project.create(kind, "jobs", join(__dirname, "fixtures", "jobs"));
    const registry = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry, checks: [{ run: "smoke" }] });
    await project.stage("production", { promoteFrom: "staging", registry });
    for (const stage of ["staging", "production"]) {
      await project.logIn(stage);
      await project.engine.setConfig(stage, "env.TOKEN", planted["token"] ?? "", { secret: true });
      await project.engine.setConfig(stage, "env.KEY", planted["key"] ?? "", { secret: true });
    }
  });

  after(async () => {
    await project?.dispose();
  });

  it("run once with a stage's first release, before the services that wait for them", async () => {
    const watch = new ProcessWatch(planted);
    await upAndClean(project.engine, "staging");
    assert.deepEqual(watch.stop(), []);
    releases["first"] = await release("staging");
    assert.deepEqual(await ran("staging"), ["assets first", "migrate first"]);
    assert.deepEqual(await jobContainers("staging"), []);
    assert.deepEqual(Object.keys((await project.engine.outputs("staging")).services ?? {}).sort(), ["app", "data"]);
    const images = Object.keys((await project.engine.outputs("staging")).release?.images ?? {}).sort();
    assert.deepEqual(images, ["app", "assets", "data", "migrate", "smoke"]);
  });

  it("show what they print to who waits, and leave it in a file of their owner's alone", async () => {
    const { text } = project.engine.transcript.find(({ operation }) => operation.startsWith("up")) ?? { text: "" };
    for (const line of [
      "migrate | migrate begins first",
      "migrate | migrate ends first",
      "assets | assets ends first",
    ]) {
      assert.ok(text.includes(line), text);
    }
    const file = log("staging", "migrate", releases["first"] ?? "");
    assert.match(readFileSync(file, "utf8"), new RegExp(`the token is ${planted["token"]}, the key ${planted["key"]}`));
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it("leave nothing that they print in the state, nor a secret of theirs anywhere", async () => {
    const found = await places(project, planted);
    // What a job prints is shown as it is: whoever prints a secret shows it.
    const elsewhere = found.filter((place) => !/ in what up .* told/.test(place) && !/env/i.test(place));
    assert.deepEqual(elsewhere, []);
    const state = stateOf(project);
    for (const printed of [...Object.values(planted), "migrate begins first", "migrate ends first"]) {
      assert.ok(!state.includes(printed), `${printed} is in the state`);
    }
  });

  it("do not run a second time where nothing changes, or where only a stage's settings do", async () => {
    const { changes } = await succeeds(project.engine.up("staging"));
    assert.equal(changes, 0);
    project.write("overlay.yaml", "services: { migrate: { environment: { EXTRA: x } } }\n");
    await project.engine.setConfig("staging", "overlay", "overlay.yaml");
    await succeeds(project.engine.up("staging"));
    await project.engine.removeConfig("staging", "overlay");
    await succeeds(project.engine.up("staging"));
    assert.deepEqual(await ran("staging"), ["assets first", "migrate first"]);
  });

  it("run once in each stage, for each release", async () => {
    await succeeds(project.engine.up("production"));
    assert.deepEqual(await ran("production"), ["assets first", "migrate first"]);
    await change("&edition first", "&edition second");
    await succeeds(project.engine.up("staging"));
    releases["second"] = await release("staging");
    const preview = await succeeds(project.engine.preview("production"));
    const steps = preview.changes.filter(({ name }) => name.includes("-jobs-")).map(({ name }) => name);
    assert.deepEqual(steps.sort(), ["app-jobs-assets", "app-jobs-migrate"]);
    assert.deepEqual(await ran("production"), ["assets first", "migrate first"]);
    await succeeds(project.engine.up("production"));
    assert.deepEqual(await ran("production"), ["assets first", "migrate first", "assets second", "migrate second"]);
  });

  it("do not run on a rollback, but for those that say so", async () => {
    await project.engine.setConfig("production", "release", releases["first"] ?? "");
    const { text } = await succeeds(project.engine.up("production"));
    assert.match(text, /migrate does not run: ran for this release at/);
    assert.deepEqual((await ran("production")).slice(4), ["assets first"]);
    await project.engine.removeConfig("production", "release");
    await upAndClean(project.engine, "production");
    assert.deepEqual((await ran("production")).slice(4), ["assets first", "assets second"]);
  });

  it("run again after a restore, once", async () => {
    const plan = { address: project.guarded?.address ?? "", credentials: project.guarded };
    await (await openLedger(plan, project.name)).ledger.noteRestore("production");
    await succeeds(project.engine.up("production"));
    assert.deepEqual((await ran("production")).slice(6), ["assets second", "migrate second"]);
    const { changes } = await succeeds(project.engine.up("production"));
    assert.equal(changes, 0);
    assert.equal((await ran("production")).length, 8);
  });

  it("fail the update with what they printed, where one ends with another exit code than 0", async () => {
    const before = await services(project.name, "staging");
    await change("&edition second", "&edition third");
    await change("&mood well", "&mood ill");
    const update = await project.engine.up("staging");
    assert.ok(!update.ok, update.text);
    assert.match(
      update.text,
      /The job migrate of v\S+ ended with exit code 3; what it printed last \(all of it is in /,
    );
    assert.match(update.text, /the table of third is locked/);
    assert.equal(await release("staging"), releases["second"]);
    const now = await containers(project.name, "staging");
    assert.ok(now.some(({ Id, State }) => Id === before["app"]?.Id && State.Status === "running"));
    assert.deepEqual(await jobContainers("staging"), []);
    assert.ok(!stateOf(project).includes("is locked"), "what a failing job printed is in the state");
    assert.deepEqual((await ran("staging")).slice(4), ["assets third"]);
  });

  it("do not run again where they succeeded and the update failed later", async () => {
    await change("&mood ill", "&mood well");
    await succeeds(project.engine.up("staging"));
    const done = (await ran("staging")).slice(4);
    // Another mood is another release: assets ran for the one that failed, and for this one.
    assert.deepEqual(done, ["assets third", "assets third", "migrate third"]);
    project.write("ill.yaml", "services: { app: { healthcheck: { test: [CMD, 'false'], retries: 1 } } }\n");
    await project.engine.setConfig("staging", "overlay", "ill.yaml");
    await change("&edition third", "&edition fourth");
    assert.ok(!(await project.engine.up("staging")).ok, "an ill service came up");
    assert.deepEqual((await ran("staging")).slice(7), ["assets fourth", "migrate fourth"]);
    await project.engine.removeConfig("staging", "overlay");
    await succeeds(project.engine.up("staging"));
    assert.deepEqual((await ran("staging")).slice(7), ["assets fourth", "migrate fourth"]);
  });

  it("are seen live, and run on where the update is killed: the next one waits for them and runs none twice", async () => {
    await change("&edition fourth", "&edition fifth");
    await change("&mood well", "&mood slow");
    const before = (await ran("staging")).length;
    const seen = await killedAt(project, "staging", /migrate \| step 5 of fifth/);
    assert.ok(!seen.includes("migrate ends fifth"), "the job had ended before it was killed");
    assert.match((await jobContainers("staging")).join(), /-staging-job-migrate-v\S+ running/);
    await project.engine.afterKill("staging");
    const { text } = await succeeds(project.engine.up("staging"));
    // A step of Pulumi's command provider outlives the update: then it may have seen the end, and noted it.
    const tookUp = /taking up \S+-staging-job-migrate-v\S+, which an interrupted update left/.test(text);
    assert.match(text, tookUp ? /migrate \| migrate ends fifth/ : /migrate does not run: ran for this release/);
    assert.deepEqual((await ran("staging")).slice(before), ["assets fifth", "migrate fifth"]);
    assert.deepEqual(await jobContainers("staging"), []);
  });

  it("are waited for by an update to another release, and count for their own", async () => {
    const before = (await ran("staging")).length;
    await change("&edition fifth", "&edition sixth");
    await killedAt(project, "staging", /migrate \| step 5 of sixth/);
    await project.engine.afterKill("staging");
    await change("&mood slow", "&mood well");
    await change("&edition sixth", "&edition seventh");
    await succeeds(project.engine.up("staging"));
    const done = ["assets sixth", "migrate sixth", "assets seventh", "migrate seventh"];
    assert.deepEqual([...(await ran("staging")).slice(before)].sort(), done.sort());
    assert.deepEqual(await jobContainers("staging"), []);
  });

  it("check a release's new containers, whatever else goes by their names", async () => {
    const { app } = await services(project.name, "staging");
    const [network = ""] = Object.keys(app?.NetworkSettings.Networks ?? {});
    const image = app?.Config.Image ?? "";
    const labels = [{ label: "slipway.project", value: project.name }];
    const decoy = await docker(
      ...["run", "--detach", "--network", network, "--network-alias", "app", "--env", "EDITION=decoy"],
      ...["--label", `slipway.project=${project.name}`, image, "node", "server.mjs"],
    );
    const run = (target: string, within?: number, command = ["node", "check.mjs", "http://app:3000/"]): CheckRun => ({
      stage: { project: project.name, stage: "staging" },
      check: "smoke",
      release: "v1",
      container: { image, command, envs: ["EDITION=seventh"], networksAdvanced: [{ name: network }], labels },
      meant: { app: target },
      within,
    });
    const here = Engine.here(process.env);
    const said: string[] = [];
    await runCheck(here, run(app?.Id ?? ""), (line) => said.push(line));
    assert.deepEqual(said, ["checking v1 with smoke", "smoke ended with exit code 0"]);
    await assert.rejects(
      runCheck(here, run(decoy), () => undefined),
      {
        message:
          "The release v1 does not pass the check smoke, which ended with exit code 1; what it printed last:\nfound decoy, looked for seventh",
      },
    );
    await assert.rejects(
      runCheck(here, run(decoy, 1, ["sleep", "60"]), () => undefined),
      /the check smoke, which did not end within 1 s; what it printed last:\nIt printed nothing\./,
    );
    const missing = { ...run(decoy), container: { image: `${image.split("@")[0]}:none` } };
    await assert.rejects(
      runCheck(here, missing, () => undefined),
      /does not create the container \S+: No such image/,
    );
    assert.deepEqual(await jobContainers("staging"), []);
    await docker("rm", "--force", decoy);
  });

  it("are refused before anything is touched, where a check is named that is none", async () => {
    await project.engine.setConfig("staging", "checks[0].run", "smoek");
    const { ok, text } = await project.engine.up("staging");
    assert.ok(!ok && text.includes("slipway:checks runs smoek, which the release lacks: did you mean smoke?"), text);
    await project.engine.setConfig("staging", "checks[0].run", "smoke");
  });

  it("leave nothing when the stage goes, but for their volumes", async () => {
    for (const stage of ["production", "staging"]) {
      await succeeds(project.engine.destroy(stage));
      assert.deepEqual(await containers(project.name, stage), []);
    }
  });
});

/** Everything that the engine keeps, as text. */
function stateOf({ engine }: Project): string {
  return readdirSync(engine.stateFolder, { recursive: true, encoding: "utf8" })
    .map((path) => join(engine.stateFolder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

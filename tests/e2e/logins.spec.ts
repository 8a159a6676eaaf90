import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { docker } from "./docker";
import { onTellingEngine } from "./engines";
import { assertClear, inOrder, succeeds, upAndClean } from "./expect";
import { Project } from "./project";
import { places } from "./secrets";

onTellingEngine("a registry whose login a credential program gives, as those of clouds do", (kind) => {
  inOrder();

  const { PATH, DOCKER_CONFIG } = process.env;
  let folder: string;
  let project: Project;

  /** A login for which Docker asks a program, as gcloud and az set it up. */
  const logIn = (host: string, username: string, password: string): void => {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ credHelpers: { [host]: "slipway-test" } }));
    const program = join(folder, "bin", "docker-credential-slipway-test");
    const answer = JSON.stringify({ ServerURL: host, Username: username, Secret: password });
    writeFileSync(program, `#!/bin/sh\necho "$1" >>'${folder}/asked'\nprintf '%s' '${answer}'\n`);
    chmodSync(program, 0o755);
  };

  before(async () => {
    project = await Project.create(kind, "logins", join(__dirname, "fixtures", "small"));
    const { username: _username, ...registry } = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry });
    await project.stage("production", { promoteFrom: "staging" });
    folder = mkdtempSync(join(tmpdir(), "slipway-logins-"));
    mkdirSync(join(folder, "bin"));
    process.env["DOCKER_CONFIG"] = folder;
    process.env["PATH"] = `${join(folder, "bin")}${delimiter}${PATH}`;
  });

  after(async () => {
    process.env["PATH"] = PATH;
    if (DOCKER_CONFIG === undefined) delete process.env["DOCKER_CONFIG"];
    else process.env["DOCKER_CONFIG"] = DOCKER_CONFIG;
    await project?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const guarded = () => project.guarded ?? assert.fail("there is no registry");

  it("is asked for a login before anything is changed", async () => {
    const outcome = await project.engine.up("staging");
    assert.equal(outcome.ok, false);
    assertClear(outcome, /wants a login to answer .* run "docker login 127\.0\.0\.1:\d+"/);
  });

  it("takes what is built, and leaves nothing to do for the next update", async () => {
    const { address, username, password } = guarded();
    logIn(address, username, password);
    await upAndClean(project.engine, "staging");
  });

  it("gives images to another stage, pulled with that login", async () => {
    const { images } = (await project.engine.outputs("staging")).release ?? assert.fail("no release");
    const references = Object.values(images).map(
      ({ repository, digest }) => `${guarded().address}/${repository}@${digest}`,
    );
    // An Engine from 29 on takes away no image whose container runs.
    const label = `label=slipway.project=${project.name}`;
    const running = (await docker("ps", "--quiet", "--filter", label)).split("\n").filter(Boolean);
    await docker("stop", ...running);
    await docker("image", "rm", "--force", ...references);
    writeFileSync(join(folder, "asked"), "");
    await upAndClean(project.engine, "production");
    assert.match(readFileSync(join(folder, "asked"), "utf8"), /^(get\n)+$/);
    await docker("image", "inspect", ...references);
    await docker("start", ...running);
  });

  it("is named in the state without any login", async () => {
    assert.deepEqual(await places(project, { password: guarded().password }), []);
    for (const stage of ["staging", "production"]) {
      const { changes } = await succeeds(project.engine.up(stage));
      assert.equal(changes, 0);
    }
  });
});

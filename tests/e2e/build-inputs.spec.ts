import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { run } from "./run";
import { places, ProcessWatch } from "./secrets";

const planted = {
  variable: `planted-${randomBytes(12).toString("hex")}`,
  file: `planted-${randomBytes(12).toString("hex")}`,
};

/** What only BuildKit can do: secrets, an agent of ssh, another service's image, and a repository at a commit. */
const compose = (repository: string): string => `services:
  ground:
    build: ./ground
    command: [cat, /ground]
    restart: "no"
  app:
    build:
      context: ./app
      additional_contexts: { ground: "service:ground" }
      secrets: [variable, file]
      ssh: [default]
    stop_grace_period: 1s
  fetched:
    build: { context: "${repository}" }
    command: [cat, /fetched]
    restart: "no"
secrets:
  variable: { environment: BUILD_TOKEN }
  file: { file: ./token.txt }
`;

// A secret counts for no cache of BuildKit's, so a text of this run's own keeps an earlier run's layer from being taken.
const dockerfile = `FROM ground
RUN --mount=type=secret,id=variable --mount=type=secret,id=file \\
  : ${randomBytes(6).toString("hex")} && cat /run/secrets/variable /run/secrets/file | sha256sum | cut -c1-64 >/digest
RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK"
COPY server.mjs ./
CMD ["node", "server.mjs"]
`;

onTellingEngine("what a build is given besides its context", (kind) => {
  inOrder();

  const beside = mkdtempSync(join(tmpdir(), "slipway-inputs-"));
  const agent = process.env["SSH_AUTH_SOCK"];
  const helpers: ChildProcess[] = [];
  let project: Project;
  let watch: ProcessWatch;

  before(async function () {
    if ((await run("docker", ["buildx", "version"])).code !== 0) {
      console.log("    not run: the docker command has no buildx");
      this.skip();
    }
    const [port] = (await freePorts(1)) as [number];
    const source = join(beside, "image.git");
    mkdirSync(source);
    const git = (...args: string[]): string =>
      execFileSync("git", ["-C", source, ...args], { encoding: "utf8" }).trim();
    const by = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    git("init", "--quiet");
    writeFileSync(join(source, "Dockerfile"), "FROM node:22-slim\nRUN echo first >/fetched\n");
    git("add", ".");
    git(...by, "commit", "--quiet", "--message", "First");
    const commit = git("rev-parse", "HEAD");
    // What comes later is none of a build at that commit.
    writeFileSync(join(source, "Dockerfile"), "FROM node:22-slim\nRUN echo second >/fetched\n");
    git(...by, "commit", "--quiet", "--all", "--message", "Second");
    const serve = ["daemon", "--export-all", `--base-path=${beside}`, "--listen=127.0.0.1", `--port=${port}`];
    helpers.push(spawn("git", ["-c", "uploadpack.allowAnySHA1InWant=true", ...serve], { stdio: "ignore" }));
    process.env["SSH_AUTH_SOCK"] = join(beside, "agent");
    helpers.push(spawn("ssh-agent", ["-D", "-a", join(beside, "agent")], { stdio: "ignore" }));

    project = await Project.create(kind, "inputs", join(__dirname, "fixtures", "small"));
    project.write("compose.yaml", compose(`git://127.0.0.1:${port}/image.git#${commit}`));
    project.write("app/Dockerfile", dockerfile);
    project.write("ground/Dockerfile", "FROM node:22-slim\nWORKDIR /srv\nCOPY ground /ground\n");
    project.write("ground/ground", "first\n");
    project.write("token.txt", planted.file);
    project.write(".gitignore", `${project.read(".gitignore")}token.txt\n`);
    await project.commit("Build of more than a folder");
    await project.stage("staging", { compose: "compose.yaml", registry: await project.registry() });
    await project.engine.setConfig("staging", "env.BUILD_TOKEN", planted.variable, { secret: true });
    watch = new ProcessWatch(planted);
  });

  after(async () => {
    watch?.stop();
    for (const helper of helpers) helper.kill();
    if (agent === undefined) delete process.env["SSH_AUTH_SOCK"];
    else process.env["SSH_AUTH_SOCK"] = agent;
    await project?.dispose();
    rmSync(beside, { recursive: true, force: true });
  });

  const inApp = async (...args: string[]): Promise<string> => {
    const { app } = await services(project.name, "staging");
    return docker("exec", app?.Id ?? assert.fail("app does not run"), ...args);
  };

  it("reaches the build: secrets, an agent, the image of another service", async () => {
    await upAndClean(project.engine, "staging");
    const digest = createHash("sha256").update(`${planted.variable}${planted.file}`).digest("hex");
    assert.equal((await inApp("cat", "/digest")).trim(), digest);
    assert.equal((await inApp("cat", "/ground")).trim(), "first");
  });

  it("is the commit that the file names, whatever came to the repository later", async () => {
    const release = (await project.engine.outputs("staging")).release ?? assert.fail("there is no release");
    const { repository, digest } = release.images["fetched"] ?? assert.fail("it has no image of fetched");
    const image = `127.0.0.1:${project.registryPort}/${repository}@${digest}`;
    assert.equal((await docker("run", "--rm", image, "cat", "/fetched")).trim(), "first");
  });

  it("leaves no secret in an image, a log, an argument or the state", async () => {
    assert.deepEqual(await places(project, planted), []);
    assert.deepEqual(watch.stop(), []);
  });

  it("comes anew where the other service's image does", async () => {
    project.write("ground/ground", "second\n");
    await project.commit("Change what app is built of");
    await succeeds(project.engine.up("staging"));
    assert.equal((await inApp("cat", "/ground")).trim(), "second");
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentEngine, defaultHost, dockerFolder } from "../../docker/context";
import { docker, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, upAndClean } from "./expect";
import { Project } from "./project";
import { must, run } from "./run";

/** Says that this process finds nothing where Docker listens by default, and that its value is where the context leads. */
const hidden = "SLIPWAY_TEST_CONTEXT";
const name = "slipway-test";
const socketByDefault = defaultHost.replace("unix://", "");

if (process.env[hidden] === undefined) {
  describe("an Engine that is not where Docker listens by default", () => {
    let folder: string;
    let server: Server;

    before(async function () {
      const reason = await cannotHide();
      if (reason) {
        console.log(`    not run: ${reason}`);
        this.skip();
      }
      folder = mkdtempSync(join(tmpdir(), "slipway-context-"));
      server = await leadingTo(currentEngine(process.env).host.replace("unix://", ""), join(folder, "engine.sock"));
    });

    after(() => {
      server?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    it("is looked at where that place is hidden", async function () {
      this.timeout(20 * 60_000);
      const env: NodeJS.ProcessEnv = { ...process.env, DOCKER_CONFIG: join(folder, "docker") };
      env[hidden] = `unix://${join(folder, "engine.sock")}`;
      delete env["DOCKER_HOST"];
      delete env["DOCKER_CONTEXT"];
      mkdirSync(env["DOCKER_CONFIG"] ?? "");
      const plugins = join(dockerFolder(), "cli-plugins");
      if (existsSync(plugins)) cpSync(plugins, join(folder, "docker", "cli-plugins"), { recursive: true });
      const asked = { env: env as Record<string, string> };
      await must("docker", ["context", "create", name, "--docker", `host=${env[hidden]}`], asked);
      await must("docker", ["context", "use", name], asked);

      const mocha = require.resolve("mocha/bin/mocha.js");
      const hooks = join(__dirname, "hooks.ts");
      const args = [mocha, "--no-config", "--import=tsx", "--require", hooks, "--timeout", "600000", __filename];
      const child = spawn("unshare", ["--mount", ...hiding, process.execPath, ...args], { stdio: "inherit", env });
      const code = await new Promise((done) => child.once("close", done));
      assert.equal(code, 0, "what failed there stands above");
    });
  });
} else {
  onTellingEngine("an Engine that only a Docker context leads to", (kind) => {
    inOrder();

    let project: Project;

    before(async () => {
      project = await Project.create(kind, "context", join(__dirname, "fixtures", "small"));
      const registry = await project.sharedRegistry();
      await project.stage("staging", { compose: "compose.yaml", registry });
      await project.stage("production", { promoteFrom: "staging", registry });
      for (const stage of ["staging", "production"]) await project.logIn(stage);
    });

    after(async () => {
      delete process.env["DOCKER_CONTEXT"];
      await docker("context", "use", name);
      await project?.dispose();
    });

    it("is found by the rules of the docker command, as that says itself", async () => {
      const format = "{{.Name}} {{.Endpoints.docker.Host}}";
      const { context, host } = currentEngine(process.env);
      assert.equal(`${context} ${host}`, await docker("context", "inspect", "--format", format));
      assert.deepEqual([context, host], [name, process.env[hidden]]);
      const { code } = await run("docker", ["version"], { env: { DOCKER_HOST: defaultHost } });
      assert.notEqual(code, 0, "where Docker listens by default there is something still");
    });

    it("takes what is built, pushed with a login of the stage's own, and runs it", async () => {
      await upAndClean(project.engine, "staging");
      assert.deepEqual(Object.keys(await services(project.name, "staging")), ["app"]);
    });

    it("takes a release over where DOCKER_CONTEXT names the context, and nothing else does", async () => {
      await docker("context", "use", "default");
      process.env["DOCKER_CONTEXT"] = name;
      await upAndClean(project.engine, "production");
      assert.deepEqual(Object.keys(await services(project.name, "production")), ["app"]);
    });

    it("is taken down there", async () => {
      for (const stage of ["production", "staging"]) {
        const { ok, text } = await project.engine.destroy(stage);
        assert.ok(ok, text);
        assert.deepEqual(await services(project.name, stage), {});
      }
    });
  });
}

/** Lets a socket lead to another, as that of Docker Desktop leads into its virtual machine. */
async function leadingTo(target: string, socket: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (here) => {
    const there = connect({ path: target, allowHalfOpen: true });
    here.pipe(there).pipe(here);
    for (const end of [here, there]) end.on("error", () => void [here, there].forEach((one) => one.destroy()));
  });
  await new Promise<void>((done) => void server.listen(socket, done));
  return server;
}

/** What of the arguments of `unshare` hides the place, where there is something. */
const hiding = existsSync(socketByDefault)
  ? ["sh", "-c", 'mount --bind /dev/null "$0" && exec "$@"', socketByDefault]
  : [];

/** Why the place cannot be hidden here; undefined where it can. */
async function cannotHide(): Promise<string | undefined> {
  if (!currentEngine(process.env).host.startsWith("unix://")) return "the Engine that is tested has no socket";
  const { code, stderr } = await run("unshare", ["--mount", ...hiding, "true"]);
  return code === 0
    ? undefined
    : `the socket where Docker listens by default cannot be hidden, which takes root (${stderr.trim()})`;
}

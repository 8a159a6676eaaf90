import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { containers, docker, type Container } from "./docker";
import type { Update } from "./engine";
import { onEachEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { until } from "./until";

const mended = /The one before it serves on, or runs again\. The next pulumi up makes a new container in its place\./;

/** Control characters, those of one byte with the eighth bit too, and what turns text around. */
// eslint-disable-next-line no-control-regex -- these are looked for
const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;

onEachEngine("a container that does not become healthy", (kind) => {
  inOrder();

  let project: Project;
  let port: number;

  const served = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text();

  const all = async (service: string): Promise<Container[]> =>
    (await containers(project.name, "staging")).filter(
      ({ Config: { Labels: labels } }) => labels["slipway.service"] === service,
    );

  const of = async (service: string): Promise<string[]> =>
    (await all(service)).map(({ Name, State }) => `${Name} ${State.Status}`);

  const mark = async (...words: string[]): Promise<string> => {
    const [db] = await all("db");
    return docker("exec", db?.Id ?? "", "redis-cli", ...words);
  };

  /** Brings up a release that has to fail. */
  const fails = async (from: string, to: string): Promise<Update> => {
    project.edit("compose.yaml", from, to);
    await project.commit("Fall ill");
    return again();
  };

  const again = async (): Promise<Update> => {
    const began = performance.now();
    const update = await project.engine.up("staging");
    console.log(`      given up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    assert.ok(!update.ok, update.text);
    assert.doesNotMatch(update.text, obeyed, "what a container says is shown, and not obeyed");
    return update;
  };

  const says = ({ text }: Update, ...parts: RegExp[]): void => parts.forEach((part) => assert.match(text, part));

  before(async () => {
    project = await Project.create(kind, "unhealthy", join(__dirname, "fixtures", "unhealthy"));
    [port = 0] = await freePorts(1);
    const registry = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry, env: { WEB_PORT: String(port) } });
    await project.logIn("staging");
    await upAndClean(project.engine, "staging");
    await mark("set", "mark", "kept");
  });
  after(async () => {
    await project?.dispose();
  });

  it("is given up when its check has failed as often as it may, with its words, its log and what to do", async () => {
    const before = await of("web");
    const update = await fails("127.0.0.1/3000", "127.0.0.1/3999");
    says(
      update,
      /The service web is not well: its health check failed \d+ times in a row \(healthcheck\.retries: 3\)\./,
      // Its two streams come in either order.
      /Its last try ended with exit code 1 and printed:\n(\s+.*\n){0,2}\s+asking\n/,
      /Its last try ended with exit code 1 and printed:\n(\s+.*\n){0,2}.*Connection refused\n/,
      // A colour that Pulumi does not know would end its command, and with it the update.
      /Its log ends with:\n\s+web begins\n\s+abc <\{ %nothing%\}>/,
      /healthcheck\.start_period/,
      mended,
    );
    assert.equal(await served(), "first");
    assert.deepEqual(await of("web"), before, "the old one serves on, alone");
    const [, log = ""] = /All of its log is in (\S+)\.$/m.exec(update.text) ?? [];
    assert.match(readFileSync(log, "utf8"), /web begins/);
  });

  it("is made anew by the next update, also where nothing else has changed", async () => {
    says(await again(), /The service web is not well/);
    project.edit("compose.yaml", "127.0.0.1/3999", "127.0.0.1/3000");
    await project.commit("Recover");
    await upAndClean(project.engine, "staging");
    assert.equal((await of("web")).length, 1);
  });

  it("is given up when it has ended", async () => {
    const update = await fails('console.log("web begins");', 'console.log("no settings"); process.exit(3);');
    says(
      update,
      /The service web is not well: its container (keeps ending|is exited) \(exit code 3\)/,
      /no settings/,
      mended,
    );
    assert.equal(await served(), "first");
    project.edit("compose.yaml", 'console.log("no settings"); process.exit(3);', 'console.log("web begins");');
  });

  it("is waited for where it ends a few times before that, as one does that begins sooner than what it needs", async () => {
    const early = `console.log("web begins");
        const tries = require("node:fs").appendFileSync("/tmp/tries", "x") ?? require("node:fs").statSync("/tmp/tries").size;
        if (tries < 4) process.exit(1);`;
    project.edit("compose.yaml", 'console.log("web begins");', early);
    await project.commit("Begin too early");
    await succeeds(project.engine.up("staging"));
    assert.equal(await served(), "first");
  });

  it("gives its data back to the database that was stopped for it", async () => {
    const before = await of("db");
    const update = await fails('--port, "6379"', '--port, "6380"');
    says(update, /The service db is not well: its health check failed/, /Could not connect to Redis/, mended);
    await until(async () => (await of("db")).join() === before.join(), 60, "the old database does not run again");
    assert.equal(await mark("get", "mark"), "kept");
    project.edit("compose.yaml", '--port, "6380"', '--port, "6379"');
    await project.commit("Recover");
    await upAndClean(project.engine, "staging");
    assert.equal((await all("db")).length, 1);
    assert.equal(await mark("get", "mark"), "kept");
  });

  it("is a check's as well, whose end is what counts", async () => {
    project.set("staging", "checks", [{ run: "smoke" }]);
    const update = await fails("[redis-cli, -h, db, ping]", '[sh, -c, "echo no answer; exit 4"]');
    says(update, /does not pass the check smoke, which ended with exit code 4; what it printed last:\n\s*no answer/);
    assert.equal(await served(), "first");
    project.edit("compose.yaml", "exit 4", "exit 0");
    await project.commit("Recover");
    await succeeds(project.engine.up("staging"));
  });
});

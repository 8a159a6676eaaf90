import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import { docker } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { Visitor } from "./visitor";

/** As people write it: two published ports, and not a word of what is spoken there. */
const compose = `services:
  web:
    build: ./app
    environment: { EDITION: first, FATAL: "no" }
    stop_grace_period: 5s
    ports: ["\${WEB_PORT}:3000"]
  echo:
    build: ./app
    command: [node, -e, "require('net').createServer((socket) => socket.pipe(socket)).listen(4000)"]
    stop_grace_period: 1s
    ports: ["\${ECHO_PORT}:4000"]
`;

onTellingEngine("published ports of which no file says what they speak", (kind) => {
  inOrder();

  let project: Project;
  let ports: number[];

  before(async () => {
    project = await Project.create(kind, "spoken", join(__dirname, "fixtures", "pair"));
    project.write("compose.yaml", compose);
    await project.commit("Write it as people do");
    ports = await freePorts(4);
    const registry = await project.sharedRegistry();
    const [stagingWeb, stagingEcho, web, echo] = ports.map(String);
    await project.stage("staging", {
      compose: "compose.yaml",
      registry,
      env: { WEB_PORT: stagingWeb, ECHO_PORT: stagingEcho },
    });
    await project.stage("production", {
      promoteFrom: "staging",
      registry,
      env: { WEB_PORT: web, ECHO_PORT: echo },
    });
    for (const stage of ["staging", "production"]) await project.logIn(stage);
  });

  after(async () => {
    await project?.dispose();
  });

  const release = async (stage: string) => (await project.engine.outputs(stage)).release;
  const edges = async (stage: string): Promise<number> => {
    const labels = [`slipway.project=${project.name}`, `slipway.stage=${stage}`, "slipway.role=edge"];
    return (await docker("ps", "--quiet", ...labels.flatMap((label) => ["--filter", `label=${label}`])))
      .split("\n")
      .filter(Boolean).length;
  };
  const answers = async (port: number | undefined): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(10_000) });
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
  };
  const echoes = (port: number | undefined): Promise<string> =>
    new Promise((done, failed) => {
      const socket = connect(port ?? 0, "127.0.0.1", () => socket.write("not HTTP at all\n"));
      socket.setTimeout(10_000, () => socket.destroy(new Error("no echo within 10 s")));
      socket.once("data", (bytes: Buffer) => {
        done(bytes.toString("utf8"));
        socket.destroy();
      });
      socket.once("error", failed);
    });

  it("are held by the containers in the stage that builds, whose preview says so", async () => {
    const preview = await succeeds(project.engine.preview("staging"));
    assert.match(preview.text, /Port \d+ of the service web and port \d+ of the service echo are not held by the edge/);
    assert.match(preview.text, /slipway:edge: \{ http: \["web:3000", "echo:4000"\] \}/);
    await succeeds(project.engine.up("staging"));
    assert.equal(await edges("staging"), 0);
    await answers(ports[0]);
    assert.equal(await echoes(ports[1]), "not HTTP at all\n");
    assert.deepEqual((await release("staging"))?.http, { web: [3000] });
  });

  it("are the edge's from its next update on where they answered by HTTP, and stay so", async () => {
    const { name } = (await release("staging")) ?? {};
    const update = await upAndClean(project.engine, "staging");
    assert.match(update.text, /the edge holds the port \d+ of the service web, as it answered by HTTP/);
    assert.equal(await edges("staging"), 1);
    await answers(ports[0]);
    assert.equal(await echoes(ports[1]), "not HTTP at all\n");
    assert.deepEqual(
      [(await release("staging"))?.name, (await release("staging"))?.http],
      [name, { web: [3000] }],
      "the release is the one that it was",
    );
  });

  it("are known to production before it starts", async () => {
    const preview = await succeeds(project.engine.preview("production"));
    assert.match(preview.text, /Port \d+ of the service echo is not held by the edge/);
    await upAndClean(project.engine, "production");
    assert.equal(await edges("production"), 1);
    await answers(ports[2]);
    assert.equal(await echoes(ports[3]), "not HTTP at all\n");
  });

  it("lose no request where the edge holds them, in a promotion and a rollback", async () => {
    const first = (await release("production"))?.name ?? "";
    project.edit("compose.yaml", "EDITION: first", "EDITION: second");
    await project.commit("Make the second edition");
    const all = [ports[0], ports[2]].map((port) => new Visitor(`http://127.0.0.1:${port}/healthz`));
    await upAndClean(project.engine, "staging");
    assert.deepEqual((await release("staging"))?.http, { web: [3000] }, "what is behind the edge is still known");
    await upAndClean(project.engine, "production");
    await project.engine.setConfig("production", "release", first);
    await upAndClean(project.engine, "production");
    for (const visitor of all) {
      const { requests, failures } = await visitor.leave();
      assert.ok(requests > 50, `only ${requests} requests`);
      assert.deepEqual(failures, []);
    }
    assert.equal(await echoes(ports[3]), "not HTTP at all\n");
  });
});

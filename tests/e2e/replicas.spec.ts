import assert from "node:assert/strict";
import { join } from "node:path";
import { containers, docker } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, upAndClean } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { Visitor } from "./visitor";

const server = `import { createServer } from "node:http";
import { hostname } from "node:os";
import process from "node:process";
const server = createServer((_, to) => to.end(process.env.EDITION + " " + hostname()));
server.listen(8000);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
`;

const check = `["CMD", "node", "-e", "fetch('http://127.0.0.1:8000').then(() => process.exit(0), () => process.exit(1))"]`;

/** Behind the edge, called by name, by itself, and with data that all of them write. */
const compose = (port: number): string => `services:
  web:
    build: ./app
    deploy: { replicas: 3, update_config: { parallelism: 1 } }
    environment: { EDITION: first }
    ports: [{ target: 8000, published: "${port}", app_protocol: http }]
    healthcheck: { test: ${check}, interval: 1s, timeout: 10s, retries: 5 }
    stop_grace_period: 5s
  caller:
    build: ./app
    environment: { WEB: "http://web:8000" }
    stop_grace_period: 1s
  worker:
    build: ./app
    scale: 2
    environment: { EDITION: first }
    stop_grace_period: 1s
  keeper:
    build: ./app
    deploy: { replicas: 2 }
    environment: { EDITION: first }
    volumes: ["data:/data"]
    stop_grace_period: 1s
volumes:
  data:
`;

onTellingEngine("several containers of a service", (kind) => {
  inOrder();

  let project: Project;
  let url: string;

  const of = async (service: string): Promise<string[]> =>
    (await containers(project.name, "staging"))
      .filter(
        ({ Config: { Labels }, State: { Status } }) => Labels["slipway.service"] === service && Status === "running",
      )
      .map(({ Id }) => Id);
  /** Who answers, and with what, over connections of their own. */
  const answers = async (): Promise<string[]> => {
    const said = Array.from({ length: 12 }, async () =>
      (await fetch(url, { headers: { connection: "close" } })).text(),
    );
    return [...new Set(await Promise.all(said))].sort();
  };
  const editions = async (): Promise<string[]> => [
    ...new Set((await answers()).map((text) => text.split(" ")[0] ?? "")),
  ];
  const change = async (from: string, to: string): Promise<void> => {
    project.write("compose.yaml", project.read("compose.yaml").replaceAll(from, to));
    await project.commit(`From ${from} to ${to}`);
  };

  before(async () => {
    project = await Project.create(kind, "several", join(__dirname, "fixtures", "small"));
    const [port] = (await freePorts(1)) as [number];
    url = `http://127.0.0.1:${port}/`;
    project.write("app/server.mjs", server);
    project.write("compose.yaml", compose(port));
    await project.commit("Several");
    await project.stage("staging", { compose: "compose.yaml", registry: await project.registry(), watch: 2 });
  });

  after(() => project?.dispose());

  it("all run, and answer by turns behind the edge and behind their name", async () => {
    await upAndClean(project.engine, "staging");
    assert.deepEqual([(await of("web")).length, (await of("worker")).length, (await of("keeper")).length], [3, 2, 2]);
    assert.equal((await answers()).length, 3);
    const [caller = "none"] = await of("caller");
    const ask =
      "Promise.all(Array.from({ length: 12 }, async () => (await fetch(process.env.WEB, { headers: { connection: 'close' } })).text())).then((all) => console.log(new Set(all).size))";
    assert.equal(await docker("exec", caller, "node", "-e", ask), "3");
  });

  it("are replaced together without a request lost", async () => {
    const before = await Promise.all(["web", "worker", "keeper"].map(of));
    await change("EDITION: first", "EDITION: second");
    const visitor = new Visitor(url);
    await upAndClean(project.engine, "staging");
    const { requests, failures } = await visitor.leave();
    assert.deepEqual(failures, []);
    assert.ok(requests > 100, `only ${requests} requests`);
    const after = await Promise.all(["web", "worker", "keeper"].map(of));
    assert.deepEqual(
      after.map(({ length }) => length),
      [3, 2, 2],
    );
    assert.deepEqual(
      after.flat().filter((id) => before.flat().includes(id)),
      [],
    );
    assert.equal((await answers()).length, 3);
    assert.deepEqual(await editions(), ["second"]);
  });

  it("go on where one of them ends, and it comes again", async () => {
    const [first = "none"] = await of("web");
    const visitor = new Visitor(url, 50);
    // The container may be gone before the command in it could tell how it ended.
    await docker("exec", "--detach", first, "node", "-e", "process.kill(1, 'SIGTERM')");
    await new Promise((done) => setTimeout(done, 4000));
    const { requests, failures } = await visitor.leave();
    assert.deepEqual(failures, []);
    assert.ok(requests > 0);
    assert.equal((await of("web")).length, 3);
  });

  it("become fewer without a request lost", async () => {
    await change("replicas: 3", "replicas: 2");
    await change("scale: 2", "scale: 1");
    const visitor = new Visitor(url);
    await upAndClean(project.engine, "staging");
    const { failures } = await visitor.leave();
    assert.deepEqual(failures, []);
    assert.deepEqual([(await of("web")).length, (await of("worker")).length], [2, 1]);
    assert.equal((await answers()).length, 2);
  });
});

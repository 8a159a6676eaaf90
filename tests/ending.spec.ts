import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { Folder } from "./release/folder";

const root = join(__dirname, "..");

/** How long, in milliseconds, a process may go on once it has done everything. */
const limit = 2000;

/** A `docker` command that leads to the Engine of a socket: as the real one it is ended by no SIGTERM, but by the end of its input. */
const docker = (socket: string): string => `#!${process.execPath}
process.on("SIGTERM", () => undefined);
const connection = require("node:net").connect(${JSON.stringify(socket)});
process.stdin.pipe(connection).on("error", () => undefined);
connection.pipe(process.stdout);
process.stdin.on("end", () => process.exit()).on("error", () => process.exit());
`;

describe("a process comes to its end after", function () {
  this.timeout(30_000);

  const folder = new Folder();
  const servers: Server[] = [];
  let registry = "";

  /** Answers and leaves its connections open. */
  async function serve(at: string | number): Promise<Server> {
    const server = createServer((request, response) => {
      const { url = "", headers } = request;
      const challenge = `Bearer realm="http://${headers.host}/token",service="here"`;
      if (url.startsWith("/token")) response.end(JSON.stringify({ token: "t0ken" }));
      else if (url.startsWith("/v2/") && headers.authorization === undefined)
        response.writeHead(401, { "www-authenticate": challenge }).end("{}");
      else if (url.includes("endless")) {
        // Some of it, and then nothing more.
        response.writeHead(200, { "content-length": 5_000_000 }).write("begun");
        setTimeout(() => response.write("more"), 100);
      } else if (url.includes("missing")) response.writeHead(404).end("{}");
      else response.end(url.includes("/containers/json") ? "[]" : "{}");
    });
    server.keepAliveTimeout = 300_000;
    servers.push(server);
    server.listen(at as number);
    await once(server, "listening");
    return server;
  }

  before(async () => {
    const socket = folder.at("engine.sock");
    await serve(socket);
    registry = `127.0.0.1:${((await serve(0)).address() as AddressInfo).port}`;
    folder.write({
      docker: docker(socket),
      ssh: "#!/bin/sh\necho slipway-open\nexec cat >/dev/null\n",
    });
  });

  after(() => {
    servers.forEach((server) => {
      server.closeAllConnections();
      server.close();
    });
    folder.remove();
  });

  /** Runs some lines in a process of their own, and tells how long that goes on behind them. */
  async function goesOn(lines: string): Promise<number> {
    folder.write({
      "program.ts": `void (async () => {\n${lines}\nprocess.stdout.write(String(Date.now()));\n})();\n`,
    });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", require.resolve("tsx"), folder.at("program.ts")],
      { cwd: root, timeout: 15_000, env: { ...process.env, PATH: `${folder.path}:${process.env["PATH"]}` } },
    ).catch((error: unknown) => {
      const { stderr, killed } = error as { stderr: string; killed: boolean };
      assert.fail(killed ? "it goes on for 15 s" : stderr);
    });
    return Date.now() - Number(stdout);
  }

  /** An Engine at the socket: the `docker` command leads there whatever its address. */
  const at = (way: string): string =>
    `(await import(${use("docker/engine")})).Engine.at(${JSON.stringify(way + folder.at("engine.sock"))})`;
  const use = (path: string): string => JSON.stringify(join(root, path));
  const cases: Record<string, () => string> = {
    "a question to the Engine": () => `
      const { listContainers } = await import(${use("docker/containers")});
      await listContainers(${at("unix://")}, ["a=b"]);`,
    "a question to an Engine that the docker command alone reaches": () => `
      const { listContainers } = await import(${use("docker/containers")});
      await listContainers(${at("tcp://")}, ["a=b"]);`,
    "a container that the Engine does not make": () => `
      const { createContainer } = await import(${use("docker/containers")});
      await createContainer(${at("unix://")}, { name: "missing" }).catch(() => undefined);`,
    "a question through the edge": () => `
      const { RunningEdge } = await import(${use("edge/running")});
      await new RunningEdge(${at("tcp://")}, "edge").ask(80, "/", {}, 300);`,
    "questions to a registry": () => `
      const { Registry } = await import(${use("registry/client/registry")});
      const registry = new Registry("${registry}");
      await registry.ping();
      await registry.headManifest("shop/web", "missing");
      await registry.getManifest("shop/web", "missing").catch(() => undefined);`,
    "a registry that is not there": () => `
      const { Registry } = await import(${use("registry/client/registry")});
      await new Registry("127.0.0.1:1").ping().catch(() => undefined);`,
    "a blob of which no more than the beginning is read": () => `
      const { Registry } = await import(${use("registry/client/registry")});
      const blob = { digest: "sha256:${"0".repeat(64)}", size: 5_000_000 };
      for await (const piece of new Registry("${registry}").streamBlob("shop/endless", blob)) if (piece) break;`,
    "a job's output that was followed": () => `
      const { Following } = await import(${use("jobs/follow")});
      new Following(${JSON.stringify(folder.at("log"))}, () => undefined);`,
    "a look whether a port is free": () => `
      const { holds } = await import(${use("machine/kinds/local")});
      await holds(0);`,
    "a tunnel that was left open": () => `
      const { openTunnel } = await import(${use("machine/ssh/tunnel")});
      await openTunnel({}, ${JSON.stringify(folder.path)}, { loopback: 5000 });`,
  };
  for (const [what, lines] of Object.entries(cases)) {
    it(what, async () => {
      const milliseconds = await goesOn(lines());
      assert.ok(milliseconds < limit, `it goes on for ${milliseconds} ms`);
    });
  }
});

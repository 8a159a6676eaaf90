import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { createServer } from "node:net";
import { docker } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Names, Socket, Stream } from "./names";
import { freePorts } from "./ports";
import { until } from "./until";
import { Visitor } from "./visitor";

onTellingEngine("an edge", (kind) => {
  inOrder();

  let names: Names;
  let edge: string;

  const engine = (): Names["project"]["engine"] => names.project.engine;

  before(async () => {
    names = await Names.open(kind);
  });

  after(async () => {
    await names?.project.dispose();
  });

  it("leads a called name to its service in each way in which others ask it, whatever host they name", async () => {
    await upAndClean(engine(), "staging");
    edge = await names.edge();
    for (const name of ["api", "admin"]) {
      const { udp, ...others } = await names.asked(name);
      const me = `${name} first`;
      assert.deepEqual(others, { http: [200, me], grpc: [me, "0"], tls: me, tcp: me });
      // Its compose file does not tell of it; the update said so.
      assert.match(String(udp), /failed/);
    }
  });

  it("leaves a name that is called by UDP to its containers, and says so", async () => {
    const me = "stats first";
    assert.deepEqual(await names.asked("stats"), { http: [200, me], grpc: [me, "0"], tls: me, tcp: me, udp: me });
    assert.match((await engine().preview("staging")).text, /service stats is called by HTTP and by UDP \(port 8125\)/);
  });

  const spoken = {
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "shop.example.com",
    "x-forwarded-port": "443",
  };

  it("is closed to IPv6, by which strangers would have the address that stands for the machine", async () => {
    assert.deepEqual((await docker("port", edge)).trim(), `${names.port}/tcp -> 0.0.0.0:${names.port}`);
  });

  it("believes nobody on an open port by itself, the machine's own programs neither", async () => {
    const { headers } = await names.look(spoken);
    assert.doesNotMatch(JSON.stringify(headers), /203\.0\.113\.9|shop\.example|"443"/);
    assert.equal(headers["x-forwarded-proto"], "http");
    assert.equal(headers["x-forwarded-port"], String(names.port));
  });

  /** What a proxy that is trusted says is kept, and the proxy added. */
  const isBelieved = async (): Promise<void> => {
    const { headers } = await names.look(spoken);
    const [first, ...proxies] = headers["x-forwarded-for"]?.split(", ") ?? [];
    assert.equal(first, "203.0.113.9");
    assert.equal(proxies.length, 1);
    assert.deepEqual({ ...spoken, ...headers, "x-forwarded-for": first }, { ...headers, ...spoken });
    const plain = (await names.look()).headers;
    assert.equal(plain["x-forwarded-proto"], "http");
    assert.equal(plain["x-forwarded-port"], String(names.port));
    assert.deepEqual(proxies, [plain["x-forwarded-for"]]);
  };

  it("takes requests and answers with 32 KB of headers, and with 200 of them", async () => {
    const long = Object.fromEntries(Array.from({ length: 8 }, (_, number) => [`x-long-${number}`, "x".repeat(4000)]));
    const many = Object.fromEntries(Array.from({ length: 195 }, (_, number) => [`x-many-${number}`, "x"]));
    for (const headers of [long, many]) {
      const answer = await names.get("", headers);
      assert.equal(answer.statusCode, 200);
      const { headers: seen } = JSON.parse(answer.body) as { headers: Record<string, string> };
      for (const name of Object.keys(headers)) assert.equal(seen[name], headers[name]);
    }
    for (const path of ["answer?headers=8&length=4000", "answer?headers=195&length=1"]) {
      assert.equal((await names.get(path)).statusCode, 200, path);
    }
  });

  it("loads other settings without a lost request, a stream's end or a WebSocket's", async () => {
    const visitors = Array.from({ length: 8 }, () => new Visitor(names.url, 5));
    const stream = await Stream.open(`${names.url}stream`);
    const socket = await Socket.open(names.url);
    try {
      for (const proxy of ["0.0.0.0/0", "198.51.100.8"]) {
        await engine().setConfig("staging", "edge", `{"trustedProxies":["${proxy}"]}`);
        await succeeds(engine().up("staging"));
        if (proxy === "0.0.0.0/0") await isBelieved();
      }
      const before = stream.received;
      assert.ok(await socket.echoes("still there"));
      await new Promise((done) => setTimeout(done, 500));
      assert.ok(stream.received > before && stream.ended === undefined, `the stream ended: ${stream.ended}`);
    } finally {
      stream.close();
      socket.close();
    }
    const told = await Promise.all(visitors.map((visitor) => visitor.leave()));
    assert.deepEqual(
      told.flatMap(({ failures }) => failures),
      [],
    );
    const requests = told.reduce((sum, one) => sum + one.requests, 0);
    assert.ok(requests > 1000, `only ${requests} requests`);
    assert.equal(await names.edge(), edge);
    const loads = (await docker("logs", edge)).match(/guard: \d+ has taken over from \d+/g) ?? [];
    assert.ok(loads.length >= 3, loads.join("\n"));
    console.log(`      ${requests} requests, none failed; ${loads.length} reloads so far`);
  });

  it("believes a stranger nothing", async () => {
    const { headers } = await names.look({ ...spoken, forwarded: "for=203.0.113.9", "x-real-ip": "203.0.113.9" });
    assert.doesNotMatch(JSON.stringify(headers), /203\.0\.113\.9|shop\.example|"443"/);
    assert.equal(headers["x-forwarded-proto"], "http");
    assert.equal(headers["x-forwarded-port"], String(names.port));
    await engine().removeConfig("staging", "edge");
  });

  it("leads to other ports, other names and new ones from the cutover on, without a lost request", async () => {
    await names.change(
      ["EDITION: first", "EDITION: second"],
      ['PORT: "3000"', 'PORT: "4000"'],
      ["target: 3000", "target: 4000"],
      ["http://admin:3000", "http://more:3000"],
      [/ {2}admin:\n/, "  more:\n    <<: *service\n    environment: { NAME: more, EDITION: first }\n\n  admin:\n"],
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const idle = await names.get("", {}, agent);
    assert.match(idle.body, /web first/);
    const visitors = Array.from({ length: 8 }, () => new Visitor(names.url, 5));
    const inside = new Visitor(`${names.url}ask?name=api`, 50);
    await succeeds(engine().up("staging"));
    // A connection that was there before the reload, and has been idle since, reaches the new release all the same.
    const late = await names.get("", {}, agent);
    assert.deepEqual([late.statusCode, JSON.parse(late.body).me], [200, "web second"]);
    agent.destroy();
    const told = await Promise.all([...visitors, inside].map((visitor) => visitor.leave()));
    assert.deepEqual(
      told.flatMap(({ failures }) => failures),
      [],
    );
    assert.equal(await names.edge(), edge);
    for (const name of ["api", "admin", "more"]) {
      const me = `${name} first`;
      const { http, grpc, tls, tcp } = await names.asked(name);
      assert.deepEqual({ http, grpc, tls, tcp }, { http: [200, me], grpc: [me, "0"], tls: me, tcp: me });
    }
    console.log(`      ${told.reduce((sum, one) => sum + one.requests, 0)} requests, none failed`);
  });

  it("that is killed while it loads another configuration is well with the next update", async () => {
    await engine().setConfig("staging", "edge", `{"trustedProxies":["198.51.100.10"]}`);
    const loads = async (): Promise<number> => ((await docker("logs", edge)).match(/has taken over/g) ?? []).length;
    const before = await loads();
    const update = engine().up("staging");
    for (let tries = 0; tries < 600 && (await loads()) === before; tries++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    await docker("kill", edge);
    await update;
    await upAndClean(engine(), "staging");
    assert.equal((await names.look(spoken)).headers["x-forwarded-proto"], "http");
    assert.equal(await names.edge(), edge);
    await docker("restart", edge);
    await new Promise((done) => setTimeout(done, 3000));
    assert.equal((await names.look(spoken)).headers["x-forwarded-proto"], "http");
  });

  it("is replaced for another published port alone, which the preview says", async () => {
    const text = (await engine().preview("staging")).text;
    assert.doesNotMatch(text, /The edge is replaced/);
    await engine().setConfig("staging", "env.WEB_PORT", String(names.port + 1));
    assert.match(
      (await engine().preview("staging")).text,
      /The edge is replaced: for a second or two nothing answers on/,
    );
    await engine().setConfig("staging", "env.WEB_PORT", String(names.port));
  });

  /** The stage's compose file with one more published port, which takes another edge. */
  const publish = async (port: number): Promise<void> =>
    names.change([/(\n {6}- \{ target: \d+, published: ")\$\{WEB_PORT\}(".*)/, `$&$1${port}$2`]);

  it("serves again within seconds where a new one cannot have its port, whatever else the update is busy with", async () => {
    const [port = 0] = await freePorts(1);
    await publish(port);
    const file = "app/Dockerfile";
    names.project.write(file, `${names.project.read(file)}RUN sleep 25 && : ${port}\n`);
    await names.project.commit("Build for long");
    assert.match(
      (await engine().preview("staging")).text,
      /The edge is replaced: .* the one that is there runs again\./,
    );
    const taken = createServer();
    const events = spawn("docker", ["events", "--filter", `container=${edge}`, "--filter", "event=kill"]);
    events.stdout.once("data", () => taken.listen(port));
    const visitor = new Visitor(names.url, 50);
    const began = Date.now();
    const update = await engine().up("staging");
    const took = (Date.now() - began) / 1000;
    events.kill();
    assert.equal(update.ok, false);
    assert.match(update.text, /address already in use|port is already allocated/);
    await until(async () => (await names.get("").catch(() => undefined))?.statusCode === 200, 15, "the old edge");
    const { failures } = await visitor.leave();
    const [first = "", last = ""] = [failures[0], failures.at(-1)].map((line) => line?.slice(0, 24));
    const gap = (Date.parse(last) - Date.parse(first)) / 1000;
    assert.ok(gap < 20 && gap < took - 5, `visitors were without the site for ${gap} s of ${took} s`);
    console.log(
      `      visitors were without the site for ${gap.toFixed(1)} s; the update went on for ${took.toFixed(1)} s`,
    );
    assert.equal(await docker("inspect", "--format", "{{.State.Running}}", edge), "true");
    await new Promise((done) => taken.close(done));
    await upAndClean(engine(), "staging");
    const next = await names.edge();
    assert.match(next, /^[0-9a-f]{64}$/, "one edge, and nothing left over");
    assert.notEqual(next, edge);
    edge = next;
    for (const one of [names.port, port]) {
      assert.equal((await names.get("", {}, undefined, one)).statusCode, 200, `port ${one}`);
    }
  });

  it("serves again where the update is killed while it is replaced, and goes on as it was where that is taken back", async () => {
    for (const wait of [0, 700]) {
      const [port = 0] = await freePorts(1);
      await publish(port);
      const { program, args, env } = engine().upCommand("staging");
      const child = spawn(program, args, {
        cwd: names.project.folder,
        env: { ...process.env, ...env },
        detached: true,
        stdio: "ignore",
      });
      const ended = once(child, "exit");
      await until(async () => child.exitCode !== null || (await hasStopped(edge)), 120, "the edge's end");
      await new Promise((done) => setTimeout(done, wait));
      const began = Date.now();
      if (child.exitCode === null) process.kill(-(child.pid ?? 0), "SIGKILL");
      await ended;
      await until(async () => (await names.get("").catch(() => undefined))?.statusCode === 200, 20, "an edge");
      const gap = ((Date.now() - began) / 1000).toFixed(1);
      await engine().afterKill("staging");
      await new Promise((done) => setTimeout(done, 10_000));
      assert.equal((await names.get("")).statusCode, 200);
      const who = (await hasStopped(edge)) ? "the new edge" : "the old edge";
      await names.project.git("revert", "--no-edit", "HEAD");
      await upAndClean(engine(), "staging");
      assert.equal((await names.get("")).statusCode, 200);
      edge = await names.edge();
      assert.match(edge, /^[0-9a-f]{64}$/, "one edge, and nothing left over");
      console.log(`      killed ${wait} ms after it stopped: ${who} served ${gap} s later`);
    }
  });
});

async function hasStopped(container: string): Promise<boolean> {
  return (await docker("inspect", "--format", "{{.State.Running}}", container)) === "false";
}

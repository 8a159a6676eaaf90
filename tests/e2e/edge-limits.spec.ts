import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect, type Socket as TcpSocket } from "node:net";
import { docker } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Names, Socket, Stream } from "./names";

onTellingEngine("an edge and its callers", (kind) => {
  inOrder();

  let names: Names;
  let edge: string;

  const engine = (): Names["project"]["engine"] => names.project.engine;

  /** Connections that one client has opened, to be ended with a test. */
  const opened: TcpSocket[] = [];

  before(async () => {
    names = await Names.open(kind);
    // Two networks that the file keeps apart: the page is on one of them, what it must not reach on the other.
    await names.change(
      [/^services:/m, "networks: { front: , back: { internal: true } }\n\nservices:"],
      [/ {2}web:\n/, "  web:\n    networks: [front]\n"],
      [/ {2}api:\n/, "  api:\n    networks: [front]\n"],
      [/ {2}admin:\n/, "  admin:\n    networks: [back]\n"],
      [/ {2}stats:\n/, '  stats:\n    networks: [back]\n    expose: ["9000"]\n    x-slipway: { http: [3000] }\n'],
      [/\n {4}expose: \["8125\/udp"\]/, ""],
    );
    await engine().setConfig("staging", "edge", '{"connectionsPerClient":60,"requestsPerClient":40}');
  });

  afterEach(() => {
    for (const socket of opened.splice(0)) socket.destroy();
  });

  after(async () => {
    await names?.project.dispose();
  });

  /** Sends the beginning of a request, as often as a client can, and says what came of each. */
  const hold = async (count: number, begin: string): Promise<{ open: number; refused: number; answers: string[] }> => {
    const all = Array.from({ length: count }, () => {
      const told = { ended: false, answer: "" };
      const socket = connect(names.port, "127.0.0.1", () => socket.write(begin));
      opened.push(socket);
      socket.on("data", (part: Buffer) => (told.answer ||= String(part).split("\r\n")[0] ?? ""));
      socket.on("error", () => (told.ended = true));
      socket.on("close", () => (told.ended = true));
      return told;
    });
    await new Promise((done) => setTimeout(done, 3000));
    const answers = all.flatMap(({ answer }) => (answer === "" ? [] : [answer]));
    const refused = all.filter(({ ended, answer }) => ended && answer === "").length;
    return { open: count - answers.length - refused, refused, answers };
  };

  it("keep the networks apart that the file keeps apart", async () => {
    await upAndClean(engine(), "staging");
    edge = await names.edge();
    const networks = JSON.parse(
      await docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", edge),
    ) as Record<string, { IPAddress: string }>;
    const front = Object.entries(networks).find(([name]) => name.includes("staging-front") && !/edge/.test(name))?.[1];
    assert.ok(front, Object.keys(networks).join(", "));
    const web = await containerOf("web");
    // By the port at which doors arrive, in the words of a door: for a service of the other network, on its HTTP port and on one that it exposes.
    for (const port of [3000, 9000]) {
      assert.match(await reach(web, front.IPAddress, 9904, spoken("stats", port)), /^(closed|refused|)$/, `${port}`);
    }
    // By the published port of the other network's service, and by its own.
    assert.match(await reach(web, front.IPAddress, names.port, plain), /^(closed|refused|)$/);
    // What it may call by name it reaches.
    assert.match(JSON.stringify(await names.asked("api")), /api first/);
  });

  it("let one client begin 60 connections of hundreds, and 40 requests whose bodies are not there yet", async () => {
    const heads = await hold(300, "GET / HTTP/1.1\r\nHost: a\r\n");
    // One or another may still be there of what was asked before.
    assert.ok(heads.open <= 60 && heads.open > 50, `${heads.open}`);
    assert.equal(heads.open + heads.refused, 300);
    console.log(`      of 300 unfinished heads ${heads.open} were held, ${heads.refused} refused`);
  });

  it("answer 429 to the requests of one client beyond 40", async () => {
    // The page goes on answering meanwhile, so that each is under way until its client gives up.
    const begin = "POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    const { answers } = await hold(50, begin + "x".repeat(50_000));
    const held = answers.filter((answer) => / 200 /.test(answer)).length;
    assert.ok(held <= 40 && held > 30, `${held}`);
    assert.equal(answers.filter((answer) => / 429 /.test(answer)).length, 50 - held);
    console.log(`      of 50 unfinished bodies ${held} were held, the others got 429`);
  });

  it("end a small body that does not come within 30 s, and never ask a service for it", async () => {
    const [socket] = [connect(names.port, "127.0.0.1")];
    opened.push(socket);
    let answer = "";
    socket.on("data", (part: Buffer) => (answer += String(part)));
    socket.on("error", () => undefined);
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    const dripping = setInterval(() => socket.write("x"), 1000);
    const began = Date.now();
    while (answer === "" && Date.now() - began < 45_000) await new Promise((done) => setTimeout(done, 200));
    clearInterval(dripping);
    assert.match(answer, /^HTTP\/1\.1 408 /);
    console.log(`      a body of one byte a second ended after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  });

  it("have streams, WebSockets and large bodies as before", async () => {
    const stream = await Stream.open(`${names.url}stream`);
    const socket = await Socket.open(names.url);
    try {
      const large = await fetch(names.url, { method: "POST", body: randomBytes(64 << 20) });
      assert.equal(large.status, 200);
      await large.text();
      assert.ok(await socket.echoes("still there"));
      assert.equal(stream.ended, undefined);
    } finally {
      stream.close();
      socket.close();
    }
  });

  it("believe a caller on the machine nothing, and let nothing through that is the edge's to say", async () => {
    const { headers } = await names.look({
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-server": "203.0.113.9",
      "x-forwarded-prefix": "/203.0.113.9",
      forwarded: "for=203.0.113.9",
      "x-real-ip": "203.0.113.9",
      "x-slipway-trial": "203.0.113.9",
      "x-slipway-other": "203.0.113.9",
      "x-slipway-stage": "203.0.113.9",
    });
    assert.doesNotMatch(JSON.stringify(headers), /203\.0\.113\.9/);
    assert.equal(headers["x-slipway-stage"], "staging");
    assert.equal(headers["strict-transport-security"], undefined);
  });

  it("are as many as there are where the settings say so", async () => {
    await engine().setConfig("staging", "edge", '{"connectionsPerClient":0,"requestsPerClient":0}');
    await succeeds(engine().up("staging"));
    const heads = await hold(300, "GET / HTTP/1.1\r\nHost: a\r\n");
    assert.equal(heads.open, 300);
    assert.equal(await names.edge(), edge, "the same container");
  });

  const containerOf = async (service: string): Promise<string> =>
    (
      await docker(
        ...["ps", "--quiet", "--filter", `label=slipway.project=${names.project.name}`],
        ...["--filter", `label=slipway.service=${service}`],
      )
    ).trim();
});

const plain = Buffer.from("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

/** A request behind the words of a door: PROXY protocol, version 2, with the name that was called (haproxy: doc/proxy-protocol.txt, 2.2). */
function spoken(service: string, port: number): Buffer {
  const addresses = Buffer.from([127, 0, 0, 1, 127, 0, 0, 1, 0x30, 0x39, port >> 8, port & 255]);
  const name = Buffer.from(service);
  const type = Buffer.concat([Buffer.from([5, 0, name.length]), name]);
  const length = Buffer.from([0, addresses.length + type.length]);
  const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
  return Buffer.concat([signature, Buffer.from([0x21, 0x11]), length, addresses, type, plain]);
}

/** What a container gets that sends some bytes to an address; nothing, `closed` or `refused` where it is not let in. */
async function reach(container: string, address: string, port: number, bytes: Buffer): Promise<string> {
  const script = `
    const socket = require("node:net").connect(${port}, "${address}", () => socket.write(Buffer.from("${bytes.toString("hex")}", "hex")));
    let got = "";
    const end = (how) => { process.stdout.write(got || how); process.exit(); };
    socket.on("data", (part) => (got += part)).on("error", () => end("refused")).on("close", () => end("closed"));
    setTimeout(() => end(""), 5000);`;
  return docker("exec", container, "node", "-e", script);
}

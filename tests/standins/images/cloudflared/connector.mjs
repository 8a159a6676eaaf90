// Stands in for a connector: keeps connections to what tests have in Cloudflare's place, and leads callers who come by them to
// the address that is named to it. Over each connection it says who it is, and waits; then it is told where to (host:port), and what
// follows is the caller's. Over one more, its control, it signs off on SIGTERM, and goes when nobody is left whom it leads.
//   node connector.mjs METRICS GRACE TOKEN-FILE
// Of its token it takes beside account, tunnel and secret the endpoint (e): the host and port to connect to, where the host `gateway`
// is that of the container's network.
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import process from "node:process";
import { setTimeout } from "node:timers";

const [, , metrics = "", grace = "30", tokenFile = ""] = process.argv;
const spare = 8;
const id = randomUUID();
const waiting = new Set();
const serving = new Set();
let control;
let leaving = false;

const token = readToken();
const [host, port] = token.e.split(":");
const [address, metricsPort] = metrics.split(":");

createServer((request, response) => {
  const ready = waiting.size + serving.size;
  const status = request.url !== "/ready" ? 404 : ready > 0 ? 200 : 503;
  response.writeHead(status).end(JSON.stringify({ status, readyConnections: ready, connectorId: id }));
}).listen(Number(metricsPort), address);

register();
for (let count = 0; count < spare; count++) offer();
process.on("SIGTERM", leave);
// A crash: whoever is in its container cannot kill the first process there.
process.on("SIGUSR2", () => process.exit(3));
process.stdout.write(`connector ${id} of the tunnel ${token.t}\n`);

function readToken() {
  try {
    const parsed = JSON.parse(Buffer.from(readFileSync(tokenFile, "utf8").trim(), "base64").toString("utf8"));
    if (parsed.a && parsed.t && parsed.s && parsed.e) return parsed;
  } catch (error) {
    process.stderr.write(`Failed to read token file: ${error.message}\n`);
  }
  process.stderr.write("Provided Tunnel token is not valid.\n");
  process.exit(1);
}

function reach(word) {
  const socket = connect({ host: host === "gateway" ? gateway() : host, port: Number(port), noDelay: true }, () =>
    socket.write(word),
  );
  return socket.on("error", () => undefined);
}

/** Keeps the connection over which it signs off. */
function register() {
  if (leaving) return;
  control = reach(`${id} control\n`);
  control.resume();
  control.once("close", () => setTimeout(register, 200));
}

/** Offers a connection, and another one as soon as somebody has come by it. */
function offer() {
  if (leaving) return;
  const socket = reach(`${id}\n`);
  let taken = false;
  socket.once("connect", () => waiting.add(socket));
  socket.once("close", () => {
    waiting.delete(socket);
    if (!taken) setTimeout(offer, 200);
  });
  let told = "";
  const listen = (bytes) => {
    told += bytes.toString("latin1");
    const end = told.indexOf("\n");
    if (end < 0) return;
    socket.off("data", listen);
    socket.pause();
    taken = true;
    waiting.delete(socket);
    offer();
    lead(socket, told.slice(0, end), Buffer.from(told.slice(end + 1), "latin1"));
  };
  socket.on("data", listen);
}

/** Leads a caller to an address. */
function lead(socket, to, first) {
  const [origin, originPort] = to.split(":");
  const there = connect({ host: origin, port: Number(originPort), noDelay: true }, () => {
    there.write(first);
    socket.pipe(there).pipe(socket);
  });
  serving.add(socket);
  there.on("error", (error) => {
    process.stderr.write(`${to}: ${error.message}\n`);
    socket.destroy();
  });
  there.once("close", () => socket.end());
  socket.once("close", () => {
    there.destroy();
    serving.delete(socket);
  });
}

function leave() {
  leaving = true;
  process.stdout.write("signing off\n");
  control.write("bye\n");
  setTimeout(() => process.exit(0), Number(grace) * 1000);
  // The other end closes what nobody has come by; somebody may be coming at this moment.
  const look = () => (waiting.size + serving.size === 0 ? process.exit(0) : setTimeout(look, 50));
  look();
}

/** The address of the container's default route (proc(5): /proc/net/route, in the machine's byte order). */
function gateway() {
  const lines = readFileSync("/proc/net/route", "utf8").split("\n").slice(1);
  const [, , hex = "0100007F"] = lines.map((line) => line.split("\t")).find(([, to]) => to === "00000000") ?? [];
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => parseInt(byte, 16))
    .join(".");
}

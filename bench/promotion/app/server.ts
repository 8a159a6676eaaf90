/** The application that the benchmark promotes: every answer of it tells its release, and ends with the same word. */
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { farewell, talk } from "./socket";

const { VERSION: version = "v0", FAILS: fails = "", STAGE: stage = "", API_URL: api = "" } = process.env;

/** How long after its start, in milliseconds, it is healthy. */
const warming = 500;

const started = Date.now();
const inProduction = stage === "production";
let stopping = false;

/** A release that never becomes healthy fails in production only, because staging must have verified it. */
function isHealthy(): boolean {
  return Date.now() - started >= warming && !(fails === "health" && inProduction);
}

/**
 * Fails where a release is to fail after the cutover: through the edge, which names the serving release in a header.
 */
function passes(request: IncomingMessage): boolean {
  return !(fails === "check" && inProduction && request.headers["x-slipway-release"]);
}

function send(answer: ServerResponse, status: number, text: string): void {
  answer.writeHead(status, { "X-Version": version, "Content-Type": "text/plain" });
  answer.end(`${text} ${version} whole\n`);
}

function stream(answer: ServerResponse): void {
  answer.writeHead(200, { "X-Version": version, "Content-Type": "text/plain" });
  let left = 15;
  const timer = setInterval(() => {
    if (--left > 0) {
      answer.write(`${left} to come\n`);
    } else {
      clearInterval(timer);
      answer.end("whole\n");
    }
  }, 100);
}

/** Asks the other service once by its name, over a new connection. */
function askInside(answer: ServerResponse): void {
  get(`${api}/fast`, { agent: false }, (inside) => {
    inside.resume();
    inside.on("end", () => send(answer, inside.statusCode === 200 && inside.complete ? 200 : 502, "inside"));
    inside.on("error", () => send(answer, 502, "inside broken off"));
  }).on("error", (error) => {
    console.error(`the api does not answer: ${error.message}`);
    if (!answer.headersSent) send(answer, 502, "inside");
  });
}

function respond(request: IncomingMessage, answer: ServerResponse): void {
  if (stopping) answer.setHeader("Connection", "close");
  const path = (request.url ?? "/").split("?")[0];
  if (path === "/fast") send(answer, 200, "fast");
  else if (path === "/inside") askInside(answer);
  else if (path === "/slow") setTimeout(() => send(answer, 200, "slow"), 800);
  else if (path === "/stream") stream(answer);
  else if (path === "/healthz") send(answer, isHealthy() ? 200 : 503, "health");
  else if (path === "/check") send(answer, passes(request) ? 200 : 500, "check");
  else send(answer, 404, "nothing here");
}

const server = createServer(respond);
// Longer than any proxy keeps an idle connection, so that the proxy closes it.
server.keepAliveTimeout = 120_000;
server.on("upgrade", (request, socket) => talk(request, socket, version));

process.on("SIGTERM", () => {
  stopping = true;
  farewell();
  // Takes no new connections, closes idle ones, and lets requests in flight end.
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 50);
});
server.listen(3000, () => console.log(`${version} in ${stage} listens`));

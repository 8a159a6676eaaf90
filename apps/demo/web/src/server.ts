import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { drainOnStop } from "./drain.js";
import { page } from "./page.js";
import { readCounter, recordVisit } from "./visit.js";

const stage = process.env["STAGE"] || "development";
const apiUrl = process.env["API_URL"] || "http://127.0.0.1:3001";
const port = Number(process.env["PORT"] || 3000);

/** The release that the proxy in front says it serves: a setting of the container would replace it at every release. */
function releaseOf(request: IncomingMessage): string {
  return String(request.headers["x-slipway-release"] ?? "") || "unreleased";
}

function send(answer: ServerResponse, status: number, type: string, body: string): void {
  answer.writeHead(status, { "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-store" });
  answer.end(body);
}

async function sendPage(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const release = releaseOf(request);
  const visit = await recordVisit(apiUrl, release).catch((error: Error) => {
    console.error(`visit not counted: ${error.message}`);
    return undefined;
  });
  send(answer, visit ? 200 : 503, "text/html", page({ stage, release, visit }));
}

async function sendCounter(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { status, body } = await readCounter(apiUrl, releaseOf(request)).catch(() => ({
    status: 503,
    body: { error: "the API does not answer" },
  }));
  send(answer, status, "application/json", JSON.stringify(body));
}

async function respond(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("?")[0];
  if (request.method !== "GET") send(answer, 405, "text/plain", "only GET is answered here\n");
  else if (path === "/") await sendPage(request, answer);
  else if (path === "/api/counter") await sendCounter(request, answer);
  else if (path === "/healthz") send(answer, 200, "text/plain", "ok\n");
  else send(answer, 404, "text/plain", "there is no such page\n");
}

const server = createServer((request, answer) => void respond(request, answer));
// Longer than any proxy keeps an idle connection, so that it is the proxy that closes it.
server.keepAliveTimeout = 75_000;
drainOnStop(server);
server.listen(port, () => console.log(`web: stage ${stage}, listening on port ${port}`));

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { openCache } from "./cache.js";
import { openDatabase } from "./database.js";
import { drainOnStop } from "./drain.js";
import { router } from "./routes.js";
import { readSettings } from "./settings.js";

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const [database, cache] = await Promise.all([
    openDatabase(settings.password, settings.testData),
    openCache(settings.redisUrl),
  ]);
  const route = router(database, cache, settings.testData);

  const respond = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    request.resume();
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const release = String(request.headers["x-slipway-release"] ?? "") || "unreleased";
    const { status, body } = await route({ method: request.method ?? "GET", path, release }).catch((error: Error) => {
      console.error(`${request.method} ${path}: ${error.message}`);
      return { status: 500, body: { error: "the request could not be answered; the log says why" } };
    });
    answer.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
    answer.end(JSON.stringify(body));
  };

  const server = createServer((request, answer) => void respond(request, answer));
  // Longer than any proxy keeps an idle connection, so that it is the proxy that closes it.
  server.keepAliveTimeout = 75_000;
  drainOnStop(server, async () => {
    await Promise.all([database.close(), cache.close()]);
  });
  server.listen(settings.port, () => {
    console.log(`api: test data ${settings.testData ? "on" : "off"}, listening on port ${settings.port}`);
  });
}

main().catch((error: Error) => {
  console.error(`api: ${error.message}`);
  process.exit(1);
});

import type { Server } from "node:http";

/** How long a stopping server still takes connections, in milliseconds: callers learn meanwhile to go elsewhere. */
const farewell = 1000;

/**
 * Makes a server stop without losing a request. On SIGTERM or SIGINT every answer says `Connection: close`, so that
 * callers who keep connections open let go of them; a second later no connection is taken any more, what is in
 * flight is finished, `release` gives back what the server holds, and the process exits with 0.
 */
export function drainOnStop(server: Server, release: () => Promise<void> = async () => undefined): void {
  let stopping = false;
  server.prependListener("request", (_request, answer) => {
    if (stopping) answer.setHeader("Connection", "close");
  });
  const finish = (): void => {
    server.close(() => void release().finally(() => process.exit(0)));
    // A connection whose last answer began before the stop would otherwise wait for a next request.
    setInterval(() => server.closeIdleConnections(), 100);
  };
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(finish, farewell);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { Engine } from "../../docker/engine";
import { Folder } from "../release/folder";

/** What a fake Engine answers: a body, which is status 200, or a status with a body. */
export type Reply = unknown;

/** A Docker Engine of a test's own, on a socket of its own. */
export class FakeEngine {
  private constructor(
    readonly folder: Folder,
    private readonly server: Server,
    readonly engine: Engine,
    /** What it was asked, as `GET /path`. */
    readonly asked: string[],
  ) {}

  /** @param reply undefined: there is no such thing */
  static async start(reply: (asked: string, body: string, headers: IncomingHttpHeaders) => Reply): Promise<FakeEngine> {
    const folder = new Folder();
    const asked: string[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const line = `${request.method} ${decodeURIComponent(request.url ?? "")}`;
        asked.push(line);
        const found = reply(line, body, request.headers);
        if (found === undefined) response.writeHead(404).end(JSON.stringify({ message: "No such thing" }));
        else response.end(typeof found === "string" ? found : JSON.stringify(found));
      });
    });
    const socket = folder.write({ here: "" }).at("engine.sock");
    server.listen(socket);
    await once(server, "listening");
    return new FakeEngine(folder, server, Engine.at(`unix://${socket}`), asked);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    this.folder.remove();
  }
}

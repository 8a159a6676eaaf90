import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { HttpClient } from "../../../../bench/promotion/load/http";
import { converse } from "../../../../bench/promotion/load/socket";

describe("the load generator's clients", () => {
  let servers: Server[] = [];
  let asked = 0;

  const listening = async (answer: RequestListener): Promise<string> => {
    asked = 0;
    const server = createServer((request, response) => {
      asked++;
      answer(request, response);
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  afterEach(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    servers = [];
  });

  it("take a whole answer for one, with the release that the service names", async () => {
    const address = await listening((_request, answer) =>
      answer.setHeader("X-Version", "v7").end("all of it, whole\n"),
    );
    const client = new HttpClient(`http://${address}/`, true);
    assert.deepEqual([await client.ask(), await client.ask()], [{ release: "v7" }, { release: "v7" }]);
    client.close();
  });

  it("take any other for a failure: another status, a missing end, a broken connection", async () => {
    const answers: RequestListener[] = [
      (_request, answer) => answer.writeHead(503).end("whole\n"),
      (_request, answer) => answer.end("not to the end"),
      (_request, answer) => answer.writeHead(200, { "Content-Length": 100 }).write("half", () => answer.destroy()),
    ];
    const address = await listening((request, answer) => answers[asked - 1]?.(request, answer));
    const client = new HttpClient(`http://${address}/`, false);
    assert.deepEqual(
      [await client.ask(), await client.ask(), await client.ask()],
      [
        { failure: "status 503" },
        { failure: "answer not whole (14 characters)" },
        { failure: "answer broken off (status 200)" },
      ],
    );
  });

  it("send nothing again when a kept connection turns out to be closed", async () => {
    const address = await listening((request, answer) =>
      asked === 1 ? answer.end("whole\n") : request.socket.resetAndDestroy(),
    );
    const client = new HttpClient(`http://${address}/`, true);
    await client.ask();
    assert.deepEqual(await client.ask(), { failure: "ECONNRESET on a kept connection" });
    assert.equal(asked, 2);
    client.close();
  });

  describe("over WebSockets", () => {
    const talk = async (serve: (socket: WebSocket) => void): Promise<string[]> => {
      const address = await listening((_request, answer) => answer.end());
      new WebSocketServer({ server: servers.at(-1) }).on("connection", serve);
      const seen: string[] = [];
      const note = (what: string) => (reason?: string) => void seen.push(reason ? `${what}: ${reason}` : what);
      const until = Date.now() + 500;
      const watcher = { answered: () => note("answered")(), failed: note("failed"), crossed: () => note("crossed")() };
      await converse(`ws://${address}/socket`, watcher, () => Date.now() > until);
      return [...new Set(seen)];
    };

    it("are content with echoes", async () => {
      const echo = (socket: WebSocket): void => void socket.on("message", (data) => socket.send(String(data)));
      assert.deepEqual(await talk(echo), ["answered"]);
    });

    const failures = (seen: string[]): string[] => seen.filter((what) => what.startsWith("failed"));

    it("are content with a clean goodbye, also where a message has just crossed it", async () => {
      assert.deepEqual(failures(await talk((socket) => socket.close(1001))), []);
      const crossed = await talk((socket) => void socket.once("message", () => socket.close(1001)));
      assert.deepEqual(crossed, ["answered", "crossed"]);
    });

    it("are not content with a lost connection, an error's code, or a message that was left lying", async () => {
      assert.deepEqual(failures(await talk((socket) => socket.terminate())), [
        "failed: connection lost: closed with 1006",
      ]);
      assert.deepEqual(failures(await talk((socket) => socket.close(1011))), [
        "failed: connection lost: closed with 1011",
      ]);
      assert.deepEqual(failures(await talk((socket) => void setTimeout(() => socket.close(1001), 1500))), [
        "failed: message without an echo",
      ]);
    });
  });
});

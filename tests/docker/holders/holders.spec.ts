import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { Engine } from "../../../docker/engine";
import { dockerHolders } from "../../../docker/holders/holders";
import { Folder } from "../../release/folder";

const stage = { project: "shop", stage: "staging" };

const running = (service: string, volume: string) => ({
  Id: `id-of-${service}`,
  Names: [`/shop-staging-${service}`],
  Image: "redis:7",
  State: "running",
  Labels: { "slipway.project": "shop", "slipway.stage": "staging", "slipway.service": service },
  Ports: [],
  Mounts: [{ Type: "volume", Name: volume, RW: true }],
  NetworkSettings: { Networks: {} },
});

describe("what has to stop", function () {
  this.timeout(60_000);

  const folder = new Folder();
  let server: Server;
  let engine: Engine;

  before(async () => {
    const socket = folder.at("engine.sock");
    server = createServer(({ url = "" }, response) => {
      const [, stops] = /^\/containers\/(.+)\/stop$/.exec(url) ?? [];
      if (stops !== undefined) appendFileSync(folder.at("log"), `stop ${stops}\n`);
      response.end(JSON.stringify(url.includes("/containers/json") ? [running("database", "rows")] : { Volumes: [] }));
    });
    server.listen(socket);
    await once(server, "listening");
    engine = Engine.at(`unix://${socket}`);
  });

  after(() => {
    server.closeAllConnections();
    server.close();
    folder.remove();
  });

  // Two containers of an update are made at the same time: the one that gives the data away is stopped for its own successor first.
  it("does so once the data are saved that it gives to another one, whichever of the two is made first", async () => {
    for (const order of [
      ["service database", "service other"],
      ["service other", "service database"],
    ]) {
      const said: string[] = [];
      folder.write({ log: "" });
      const holders = dockerHolders({
        stage,
        next: { "service database": [], "service other": [{ kind: "volume", name: "rows" }] },
        keeper: {
          othersDone: () => Promise.resolve(),
          note: () => Promise.resolve(),
          lookAt: () => undefined,
          release: () => undefined,
        },
        async save() {
          await new Promise((done) => setTimeout(done, 100));
          said.push(folder.read("log"));
        },
        say: () => undefined,
        on: () => Promise.resolve(engine),
      });
      await Promise.all(order.map((part) => holders.yieldTo(part)));
      assert.deepEqual(said, [""], `saved before anything stopped, and once: ${order.join(", ")}`);
      assert.match(folder.read("log"), /^(stop id-of-database\n){1,2}$/);
    }
  });
});

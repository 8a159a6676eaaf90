import assert from "node:assert/strict";
import { createServer as createHttp } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import type { Engine } from "../../docker/engine";
import { answeringByHttp, isHttp, publishedBy, type Published } from "../../edge/answers";

const listening = (server: Server): Promise<number> =>
  new Promise((done) => server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port)));
const here = (port: number) => Promise.resolve({ host: "127.0.0.1", port });
const published = (service: string, port: number, target = 3000): Published => ({ service, target, port, ip: "" });

describe("an answer by HTTP", () => {
  for (const status of ["200 OK", "301 Moved Permanently", "404 Not Found", "426 Upgrade Required", "503 Busy"]) {
    it(`is ${status}`, () => assert.ok(isHttp(`HTTP/1.1 ${status}\r\n`)));
  }
  for (const said of [
    "HTTP/1.1 400 Bad Request\r\n",
    "HTTP/1.0 400 Bad Request\r\nClient sent an HTTP request to an HTTPS server.",
    "-ERR wrong number of arguments",
    "220 mail.example.com ESMTP",
    "SSH-2.0-OpenSSH_9.6",
    "",
  ]) {
    it(`is not ${JSON.stringify(said.slice(0, 40))}`, () => assert.ok(!isHttp(said)));
  }
});

describe("published ports that are asked whether they speak HTTP", () => {
  const servers: Server[] = [];
  const serve = (server: Server): Promise<number> => {
    servers.push(server);
    return listening(server);
  };
  after(() => servers.forEach((server) => server.close()));

  it("are told apart by what they answer", async () => {
    const web = await serve(createHttp((_, answer) => answer.end("hello")));
    const echo = await serve(createServer((socket) => socket.on("error", () => undefined).pipe(socket)));
    const greets = await serve(createServer((socket) => socket.on("error", () => undefined).end("220 ready\r\n")));
    const ports = [
      published("web", web),
      published("echo", echo),
      published("mail", greets),
      published("web", web, 80),
    ];
    assert.deepEqual(await answeringByHttp(ports, here), { web: [80, 3000] });
  });

  it("are not asked where something else is usual, or where no way leads", async () => {
    const web = await serve(createHttp((_, answer) => answer.end("hello")));
    assert.deepEqual(await answeringByHttp([published("db", web, 5432)], here), {});
    assert.deepEqual(await answeringByHttp([published("web", web)], () => Promise.resolve(undefined)), {});
    assert.deepEqual(await answeringByHttp([published("web", 1)], here), {});
  });
});

describe("the ports that a container publishes itself", () => {
  it("are those of TCP that the Engine shows, each once", async () => {
    const Ports = {
      "80/tcp": [
        { HostIp: "0.0.0.0", HostPort: "8080" },
        { HostIp: "::", HostPort: "8080" },
      ],
      "53/udp": [{ HostIp: "0.0.0.0", HostPort: "53" }],
      "9000/tcp": null,
    };
    const body = JSON.stringify({ NetworkSettings: { Ports } });
    const engine = { api: () => Promise.resolve({ status: 200, body }) } as unknown as Engine;
    assert.deepEqual(await publishedBy(engine, [{ service: "web", container: "c1" }]), [
      { service: "web", target: 80, port: 8080, ip: "0.0.0.0" },
    ]);
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { disconnect } from "../../steps/disconnect";

/** Cloudflare's API for the connections of one tunnel, which forgets those that it is told to at the next question. */
class Api {
  readonly asked: string[] = [];
  connections: object[] = [];
  refusal?: { status: number; code: number; message: string };
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const { status, ...error } = this.refusal ?? { status: 200 };
      const answer = this.refusal
        ? { success: false, errors: [error], result: null }
        : { success: true, errors: [], result: request.method === "GET" ? this.connections : null };
      if (request.method === "DELETE" && !this.refusal) this.connections = [];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  }

  async begin(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/client/v4/`;
  }

  end(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe("cleaning up after a tunnel's connectors", () => {
  const kept = { ...process.env };
  const input = { account: "acc", tunnel: "tun", token: "t0ken" };
  const at = "/client/v4/accounts/acc/cfd_tunnel/tun/connections Bearer t0ken";
  let api: Api;
  let said: string[];
  const run = (more: { token?: string } = {}) => disconnect({ ...input, ...more }, (line) => said.push(line));

  beforeEach(async () => {
    api = new Api();
    said = [];
    process.env["CLOUDFLARE_BASE_URL"] = await api.begin();
  });
  afterEach(() => {
    api.end();
    for (const name of ["CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN"]) {
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    }
  });

  it("does nothing where all have signed off", async () => {
    assert.deepEqual(await run(), { disconnected: 0 });
    assert.deepEqual(api.asked, [`GET ${at}`]);
    assert.deepEqual(said, []);
  });

  it("has Cloudflare forget those that have not, and waits until it has", async () => {
    api.connections = [{ id: "one" }, { id: "two" }];
    assert.deepEqual(await run(), { disconnected: 2 });
    assert.deepEqual(api.asked, [`GET ${at}`, `DELETE ${at}`, `GET ${at}`]);
    assert.deepEqual(said, ["cleaning up what 2 connectors left"]);
  });

  it("is done where there is no such tunnel any more", async () => {
    api.refusal = { status: 404, code: 1003, message: "Tunnel not found" };
    assert.deepEqual(await run(), { disconnected: 0 });
  });

  it("takes the token from the environment where it is given none", async () => {
    process.env["CLOUDFLARE_API_TOKEN"] = "t0ken";
    await run({ token: undefined });
    assert.deepEqual(api.asked, [`GET ${at}`]);
    delete process.env["CLOUDFLARE_API_TOKEN"];
    await assert.rejects(
      run({ token: undefined }),
      /There is no API token for Cloudflare, .*: set CLOUDFLARE_API_TOKEN/,
    );
  });

  it("tells what Cloudflare says where it refuses, and no token", async () => {
    api.refusal = { status: 403, code: 10000, message: "Authentication error" };
    await assert.rejects(run(), (error: Error) => {
      assert.equal(
        error.message,
        "Cloudflare does not let the tunnel's connections be cleaned up: Authentication error (10000); the API token needs to edit Cloudflare Tunnel.",
      );
      return true;
    });
  });

  it("goes to no machine, which may be gone", async () => {
    const env = { ...process.env, SLIPWAY_MACHINE: "tests/no-such-machine", PATH: "" };
    const result = await new Promise<string>((done, fail) => {
      const step = execFile(
        process.execPath,
        ["--import", "tsx", "steps/main.ts", "disconnect"],
        { env },
        (error, stdout) => (error ? fail(error) : done(stdout)),
      );
      step.stdin?.end(JSON.stringify(input));
    });
    assert.deepEqual(JSON.parse(result), { disconnected: 0 });
    assert.deepEqual(api.asked, [`GET ${at}`]);
  });

  it("says so where Cloudflare cannot be reached", async () => {
    process.env["CLOUDFLARE_BASE_URL"] = "http://127.0.0.1:1";
    await assert.rejects(run(), /^Error: Cloudflare's API cannot be reached \(.+\): try again\.$/);
  });
});

import { createServer as createHttpServer, request as httpRequest } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { freePorts } from "../ports";

/** The secret in every token, and the token that its API takes. */
export const plantedSecret = "tunnel-planted-secret";
export const apiToken = "planted-api-token";

/** A connector that has said who it is. */
interface Connector {
  /** All connections that it has. */
  open: Set<Socket>;
  /** Those by which nobody has come yet. */
  free: Set<Socket>;
  /** Whether it has signed off. */
  left: boolean;
}

/** What stands in Cloudflare's place: it knows at each moment which connectors are connected, and leads visitors through them. */
export class FakeCloudflare {
  private readonly connectors = new Map<string, Connector>();
  private readonly open = new Set<Socket>();
  private least = Infinity;

  private constructor(
    /** Where visitors come in. */
    readonly url: string,
    /** Where connectors connect to, as their token has it. */
    readonly endpoint: string,
    /** Where its API is, as CLOUDFLARE_BASE_URL has it: that of one tunnel's connections. */
    readonly api: string,
    private readonly servers: Server[],
  ) {}

  /** @param origin tells the host and port to which the tunnel sends whoever comes, as the connectors find it */
  static async begin(origin: () => string): Promise<FakeCloudflare> {
    const [inside = 0, outside = 0, api = 0] = await freePorts(3);
    const at = (port: number): string => `http://127.0.0.1:${port}/`;
    const servers: Server[] = [];
    const it = new FakeCloudflare(at(outside), `gateway:${inside}`, at(api).slice(0, -1), servers);
    // From the containers' networks the machine is reached at their gateways.
    servers.push(await listen(inside, "0.0.0.0", (socket) => it.register(socket)));
    servers.push(it.lead(origin).listen(outside, "127.0.0.1"));
    servers.push(it.answer().listen(api, "127.0.0.1"));
    return it;
  }

  /** What connectors of a tunnel are given that leads here. */
  get token(): string {
    const token = { a: "account", t: "tunnel", s: plantedSecret, e: this.endpoint };
    return Buffer.from(JSON.stringify(token)).toString("base64");
  }

  /** How many connectors are connected. */
  get connected(): number {
    return [...this.connectors.values()].filter(({ left, open }) => !left && open.size > 0).length;
  }

  /** How many have been so far; one that was started again is another one. */
  get everConnected(): number {
    return this.connectors.size;
  }

  /** How many it takes for connected: one that was killed did not sign off, and is remembered. */
  get remembered(): number {
    return [...this.connectors.values()].filter(({ left }) => !left).length;
  }

  /** Watches from now on; the function that it returns tells the fewest that were connected at any moment. */
  watch(): () => number {
    this.least = this.connected;
    return () => this.least;
  }

  end(): void {
    this.servers.forEach((server) => server.close());
    this.open.forEach((socket) => socket.destroy());
  }

  /** Tells who is connected, or forgets them all. */
  private answer(): Server {
    return createHttpServer((request, response) => {
      const isAllowed = request.headers.authorization === `Bearer ${apiToken}`;
      const isKnown = /^\/accounts\/[^/]+\/cfd_tunnel\/[^/]+\/connections$/.test(request.url ?? "");
      if (request.method === "DELETE" && isAllowed) {
        this.connectors.forEach((connector) => (connector.left = true));
      }
      const result = Array.from({ length: this.remembered }, (_, index) => ({ id: String(index) }));
      response.writeHead(!isAllowed ? 403 : isKnown ? 200 : 404, { connection: "close" });
      response.end(JSON.stringify({ success: isAllowed && isKnown, errors: [], result }));
    });
  }

  private keep(socket: Socket): void {
    this.open.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => this.open.delete(socket));
  }

  private register(socket: Socket): void {
    this.keep(socket);
    let told = "";
    let connector: Connector | undefined;
    const hear = (bytes: Buffer): void => {
      told += bytes.toString("latin1");
      if (!connector && told.includes("\n")) {
        const line = told.slice(0, told.indexOf("\n"));
        told = told.slice(line.length + 1);
        const [id = "", isControl] = line.split(" ");
        connector = this.connectors.get(id) ?? { open: new Set(), free: new Set(), left: false };
        this.connectors.set(id, connector);
        connector.open.add(socket);
        if (!isControl) connector.free.add(socket);
      }
      if (connector && told.startsWith("bye\n")) {
        connector.left = true;
        connector.free.forEach((one) => one.end());
        connector.free.clear();
        this.count();
      }
    };
    socket.on("data", hear);
    socket.once("taken", () => socket.off("data", hear));
    socket.once("close", () => {
      connector?.open.delete(socket);
      connector?.free.delete(socket);
      this.count();
    });
  }

  private count(): void {
    this.least = Math.min(this.least, this.connected);
  }

  /** Leads a visitor's request through any of the connectors. */
  private lead(origin: () => string): Server {
    return createHttpServer((request, response) => {
      const free = [...this.connectors.values()].flatMap((connector) => (connector.left ? [] : [...connector.free]));
      const way = free[Math.floor(Math.random() * free.length)];
      if (!way) {
        response.writeHead(530).end("no connector is connected");
        return;
      }
      this.connectors.forEach((connector) => connector.free.delete(way));
      way.emit("taken");
      way.write(`${origin()}\n`);
      const headers = { ...request.headers, connection: "close", "x-forwarded-proto": "https" };
      const { method, url: path } = request;
      const onward = httpRequest({ createConnection: () => way, method, path, headers }, (answer) => {
        const { connection: _connection, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, rest);
        answer.pipe(response);
      });
      onward.once("error", (error) =>
        response.headersSent ? response.destroy() : response.writeHead(502).end(String(error)),
      );
      request.pipe(onward);
    });
  }
}

function listen(port: number, host: string, take: (socket: Socket) => void): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer({ noDelay: true }, take);
    server.once("error", fail).listen(port, host, () => done(server));
  });
}

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Stands before a registry on loopback, and can keep an Engine waiting in the middle of a pull: what the image consists of it is told, and
 * the first blob of it does not come. Slipway's own requests pass.
 */
export class HeldPulls {
  private readonly held = new Set<() => void>();
  private isHolding = false;

  private constructor(
    private readonly registry: string,
    private readonly server: Server,
  ) {
    server.on("request", (asked: IncomingMessage, answer: ServerResponse) => this.hear(asked, answer));
  }

  /** @param registry its host and port */
  static async before(registry: string): Promise<HeldPulls> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new HeldPulls(registry, server);
  }

  /** Host and port by which the registry is reached through this. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many requests of an Engine wait for a blob. */
  get waiting(): number {
    return this.held.size;
  }

  hold(): void {
    this.isHolding = true;
  }

  release(): void {
    this.isHolding = false;
    this.held.forEach((pass) => pass());
    this.held.clear();
  }

  close(): void {
    this.release();
    this.server.closeAllConnections();
    this.server.close();
  }

  private hear(asked: IncomingMessage, answer: ServerResponse): void {
    const pass = (): void => this.pass(asked, answer);
    const isPull = asked.method === "GET" && /\/blobs\/sha256/.test(asked.url ?? "");
    const isEngine = asked.headers["user-agent"]?.startsWith("docker/") ?? false;
    if (!this.isHolding || !isPull || !isEngine) return pass();
    this.held.add(pass);
    // An Engine that gives the pull up waits no longer.
    answer.once("close", () => this.held.delete(pass));
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const [host, port] = this.registry.split(":");
    const { method, url: path, headers } = asked;
    const passed = request({ host, port, method, path, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.once("error", () => answer.destroy());
    asked.pipe(passed);
  }
}

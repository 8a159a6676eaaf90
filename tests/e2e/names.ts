import { randomBytes } from "node:crypto";
import { Agent, get, request as ask, type IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { docker } from "./docker";
import type { EngineKind } from "./engines";
import { freePorts } from "./ports";
import { Project } from "./project";

/** What a service says of itself. */
export interface Said {
  me: string;
  headers: Record<string, string | undefined>;
}

/** Services that call each other by name, in one stage that builds. */
export class Names {
  private constructor(
    readonly project: Project,
    readonly port: number,
  ) {}

  static async open(kind: EngineKind): Promise<Names> {
    const project = await Project.create(kind, "names", join(__dirname, "fixtures", "names"));
    const [port = 0] = await freePorts(1);
    await project.stage("staging", {
      compose: "compose.yaml",
      registry: await project.sharedRegistry(),
      env: { WEB_PORT: String(port) },
    });
    await project.logIn("staging");
    return new Names(project, port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Asks for a page. */
  async get(
    path: string,
    headers: Record<string, string> = {},
    agent?: Agent,
    port = this.port,
  ): Promise<IncomingMessage & { body: string }> {
    return new Promise((done, fail) => {
      get(`http://127.0.0.1:${port}/${path}`, { headers, agent, timeout: 20_000, maxHeaderSize: 1 << 20 }, (answer) => {
        text(answer).then((body) => done(Object.assign(answer, { body })), fail);
      }).on("error", fail);
    });
  }

  /** What the page says of itself and of the request. */
  async look(headers: Record<string, string> = {}): Promise<Said> {
    return JSON.parse((await this.get("", headers)).body) as Said;
  }

  /** What a service answers to the page, by the way in which it asks. */
  async asked(name: string): Promise<Record<string, unknown>> {
    return JSON.parse((await this.get(`ask?name=${name}`)).body) as Record<string, unknown>;
  }

  /** Commits another compose file. */
  async change(...edits: [from: string | RegExp, to: string][]): Promise<void> {
    const before = this.project.read("compose.yaml");
    const after = edits.reduce((text, [from, to]) => text.replace(from, to), before);
    this.project.write("compose.yaml", after);
    await this.project.commit("Change the compose file");
  }

  /** The id of the edge's container. */
  async edge(): Promise<string> {
    const labels = { "slipway.project": this.project.name, "slipway.role": "edge" };
    const filters = Object.entries(labels).flatMap(([label, value]) => ["--filter", `label=${label}=${value}`]);
    return (await docker("ps", "--all", "--quiet", "--no-trunc", ...filters)).trim();
  }
}

/** An answer that goes on and on. */
export class Stream {
  received = 0;
  /** Why it ended; undefined while it goes on. */
  ended?: string;

  private constructor(private readonly answer: IncomingMessage) {
    answer.on("data", (part: Buffer) => (this.received += part.length));
    answer.on("error", (error) => (this.ended ??= String(error)));
    answer.on("close", () => (this.ended ??= "closed"));
  }

  static open(url: string): Promise<Stream> {
    return new Promise((done, fail) => {
      get(url, (answer) => done(new Stream(answer))).on("error", fail);
    });
  }

  close(): void {
    this.answer.destroy();
  }
}

/** A WebSocket, as far as the handshake: what is sent on it comes back. */
export class Socket {
  private readonly came: string[] = [];
  ended = false;

  private constructor(private readonly stream: Duplex) {
    stream.on("data", (part: Buffer) => this.came.push(String(part)));
    stream.on("error", () => (this.ended = true));
    stream.on("close", () => (this.ended = true));
  }

  static open(url: string): Promise<Socket> {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
    };
    return new Promise((done, fail) => {
      ask(url, { headers })
        .on("upgrade", (_, stream) => done(new Socket(stream)))
        .on("error", fail)
        .end();
    });
  }

  /** Whether a word that is sent comes back within two seconds. */
  async echoes(word: string): Promise<boolean> {
    this.stream.write(word);
    for (let tries = 0; tries < 40 && !this.came.join("").includes(word); tries++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    return this.came.join("").includes(word);
  }

  close(): void {
    this.stream.destroy();
  }
}
